package play

import (
	"context"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
)

// Pictured are the resources that a picture shows.
var Pictured = []string{"/me/calls", "/me/devices", "/me?subresources=*"}

// Picture is what the server shows of everybody of the station: by role the answers to the reads of Pictured, nil for one that
// was not answered.
func (s *Station) Picture(ctx context.Context) map[string][]*recording.Entry {
	out := map[string][]*recording.Entry{}
	for _, role := range config.Roles {
		a := s.Actors[role]
		if !a.Controlled() {
			continue
		}
		for _, path := range Pictured {
			out[role] = append(out[role], a.get(ctx, "", path))
		}
	}
	return out
}
