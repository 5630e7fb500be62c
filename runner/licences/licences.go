// Package licences holds the licence texts of everything that is built into
// voicespec: they have to go with each copy of the binary.
package licences

import _ "embed"

//go:generate go test -run ^TestDocsAreUpToDate$ . -args -update

// ThirdParty are the texts, each behind the modules that are under it.
//
//go:embed third-party.txt
var ThirdParty string
