//go:build !unix

package main

// checkFiles returns nil: no limit of open files is known here.
func checkFiles(int) error { return nil }
