package play

import "github.com/voicespec/voicespec/runner/voiceapi"

type (
	// Request is the REST client's, for scenarios, which know no client.
	Request = voiceapi.Request
	// Credentials are the REST client's, for scenarios.
	Credentials = voiceapi.Credentials
)
