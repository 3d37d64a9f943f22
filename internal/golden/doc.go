// Package golden compares what tests have made with files that hold what it should be. With -update the tests of a
// package rewrite the files.
package golden
