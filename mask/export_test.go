package mask

// Words is the plain Go that assembly is compared with.
var Words = words
