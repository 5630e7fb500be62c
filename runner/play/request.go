package play

import "github.com/voicespec/voicespec/runner/voiceapi"

// Request and Credentials are those of the REST client, for scenarios, which know no client.
type (
	Request     = voiceapi.Request
	Credentials = voiceapi.Credentials
)
