package utf8

// HasVectors says whether there is assembly.
var HasVectors = hasVectors

// Scan is the plain Go that assembly is compared with.
var Scan = scan
