package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/file"
	"github.com/voicespec/voicespec/runner/licences"
)

type initCmd struct {
	Force bool   `help:"Overwrite the file if it is already there."`
	File  string `arg:"" optional:"" default:"voicespec.yaml" help:"File to write. Default: ${default}."`
}

// Run writes the example target file. It is readable by its owner only, since passwords
// may be written into it.
func (c *initCmd) Run(p *Program) error {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if c.Force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	if c.Force {
		if err := file.Writable(c.File); err != nil {
			return usagef("%s cannot be written (%s); name another file", c.File, reason(err))
		}
	}
	f, err := os.OpenFile(c.File, flags, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return usagef("%s is already there; --force overwrites it", c.File)
	case err != nil:
		return usagef("%s cannot be written (%s); name another file", c.File, reason(err))
	}
	_, err = f.WriteString(config.Example())
	if err := errors.Join(err, f.Close()); err != nil {
		return usagef("%s cannot be written (%s); name another file", c.File, reason(err))
	}
	flag := ""
	if c.File != config.DefaultFile {
		flag = " --config " + c.File
	}
	fmt.Fprintf(p.Stdout, `wrote %s

  1. fill in the server's address and the three users
  2. voicespec doctor%s    does it work?
  3. voicespec run%s       test the server
`, c.File, flag, flag)
	return nil
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(p *Program) error {
	fmt.Fprintf(p.Stdout, "voicespec %s (%s, %s/%s)\n", Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

type licencesCmd struct{}

// Run prints the licence texts of others.
func (licencesCmd) Run(p *Program) error {
	_, err := io.WriteString(p.Stdout, licences.ThirdParty)
	if err != nil {
		return fmt.Errorf("print the licences: %w", err)
	}
	return nil
}

// version is set by the linker: -ldflags "-X github.com/voicespec/voicespec/runner/cli.version=v0.1.0".
var version string

// Version is what the build was given, else the module's version as the Go tool built it in (go install …@v0.1.0), else
// "devel". results.json, the User-Agent and the recording name it.
func Version() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
