//go:build unix

package play

import (
	"os"
	"os/exec"
	"syscall"
)

// apart gives a program a group of its own, with what it starts: a script need not hand on what it is asked for.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// terminate asks a program to end, and what it has started. It may have ended.
func terminate(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGTERM) }

func kill(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
