// Command voicespec reports whether a server implements the Genesys Web Services Voice API v2
// as it is documented.
package main

import (
	"os"

	"github.com/voicespec/voicespec/runner/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
