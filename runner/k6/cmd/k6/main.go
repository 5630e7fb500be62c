// Command k6 is k6 with k6/x/voicespec built in, as `xk6 build --with` makes it.
package main

import (
	"go.k6.io/k6/cmd"

	_ "github.com/voicespec/voicespec/runner/k6"
)

func main() { cmd.Execute() }
