// Package embedded starts the reference server inside this process, with the target file that
// tests it. It is the one place that knows both: the server shares no code with the client side,
// and the target file no word with the server.
package embedded

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/reference"
)

// anywhere is a free port of this machine, which no other machine reaches.
const anywhere = "127.0.0.1:0"

// Start starts a reference server with the default agents of so many stations at a free port, and gives
// its target file. The caller closes the server.
func Start(o reference.Options, stations int) (*reference.Server, *config.Target, error) {
	return Listen(anywhere, o, stations)
}

// Listen is Start at an address of the caller's choice.
func Listen(address string, o reference.Options, stations int) (*reference.Server, *config.Target, error) {
	o.Agents = reference.DefaultAgents(stations)
	server, err := reference.New(o)
	if err != nil {
		return nil, nil, fmt.Errorf("start the reference server: %w", err)
	}
	url, err := server.Start(address)
	if err != nil {
		_ = server.Close()
		return nil, nil, fmt.Errorf("start the reference server: %w", err)
	}
	return server, Target(url, o.Agents), nil
}

// Target is the target file of a reference server with these agents, three a station.
func Target(url string, agents []reference.Agent) *config.Target {
	party := func(a reference.Agent) config.Party {
		return config.Party{User: a.User, Password: a.Password, Number: a.Number}
	}
	t := &config.Target{URL: url}
	for i := 0; i+2 < len(agents); i += 3 {
		t.Stations = append(t.Stations, config.Station{Agent: party(agents[i]), Caller: party(agents[i+1]), Destination: party(agents[i+2])})
	}
	t.SetDefaults()
	return t
}
