package leaks

// Everything also finds what no pass reports.
var Everything = newAnalyzer(&settings{all: true})
