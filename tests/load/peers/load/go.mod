module codelab/bench/load

go 1.26.0
