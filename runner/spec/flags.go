package spec

import "flag"

// hideFlags hides what go test was called with, until the returned function is called. Ginkgo ends a process that was
// called with -count or -parallel, which are not meant for its specs: but what runs here is a suite within a test, which
// takes its configuration from its caller. Ginkgo keeps a pointer to the flags, so they are replaced in their place.
func hideFlags() (show func()) {
	given := *flag.CommandLine
	*flag.CommandLine = *flag.NewFlagSet(given.Name(), flag.ContinueOnError)
	return func() { *flag.CommandLine = given }
}
