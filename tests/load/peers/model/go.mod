module codelab/bench/model

go 1.26.0
