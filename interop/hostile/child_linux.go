package main

import "syscall"

// fate has a child end with its parent, also one that is stopped and sees nothing of the end of its input.
var fate = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
