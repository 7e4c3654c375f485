package summary

// maxPath is the longest path of a place.
const maxPath = 3
