module corpus/tickerstop/gomod

go 1.22
