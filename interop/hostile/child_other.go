//go:build !linux

package main

import "syscall"

// Elsewhere a child that is stopped has to be ended by hand if the parent is.
var fate *syscall.SysProcAttr
