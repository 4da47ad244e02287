module codelab/bench/sockets

go 1.26.0
