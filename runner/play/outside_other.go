//go:build !unix

package play

import (
	"os"
	"os/exec"
)

func apart(*exec.Cmd) {}

// terminate ends a program: there is no signal here that asks for it. It may have ended.
func terminate(p *os.Process) { _ = p.Kill() }

func kill(p *os.Process) { _ = p.Kill() }
