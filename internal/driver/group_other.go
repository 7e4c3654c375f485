//go:build !unix

package driver

import "os/exec"

// ownGroup does nothing on this system.
func ownGroup(*exec.Cmd) {}

// interrupt kills the command: this system has no interrupts to send.
func interrupt(cmd *exec.Cmd) error { return cmd.Process.Kill() }
