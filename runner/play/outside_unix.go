//go:build unix

package play

import "syscall"

// terminate asks a program to end.
const terminate = syscall.SIGTERM
