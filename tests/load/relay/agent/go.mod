module codelab/bench/agent

go 1.26.0
