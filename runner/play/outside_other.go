//go:build !unix

package play

import "os"

// terminate asks a program to end; where there is no such signal it is ended.
var terminate = os.Interrupt
