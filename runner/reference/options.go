package reference

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Agent is a user of the contact centre with a device of its own.
type Agent struct {
	User, Password, Number, DeviceID, FirstName, LastName string
}

// The optional features of the documented API. Mute has no feature id in the
// documents: it depends on the switch and shows in capabilities only.
const (
	featureRecording  = "api-voice-recording"
	featureMonitoring = "api-supervisor-monitoring"
	featureMute       = "mute"
)

const (
	// defaultPollTimeout is how long real servers hold a connect.
	defaultPollTimeout = 30 * time.Second
	// defaultSessionTimeout is generous: a paused client must not lose its
	// session in the midst of a debugging session.
	defaultSessionTimeout = 60 * time.Second
)

// Options are the settings of a server. The zero value is a complete,
// conformant server with one station of three agents.
type Options struct {
	// Agents who can log in; DefaultAgents(1) when empty.
	Agents []Agent
	// Fault and Variation are names from Faults and Variations; several variations are joined by "+".
	Fault, Variation string
	// StepDelay is what every REST answer and every notification takes.
	// Notifications of one agent follow one another; agents do not wait for
	// each other.
	StepDelay time.Duration
	// PollTimeout is how long a connect is held, 30 s by default.
	PollTimeout time.Duration
	// SessionTimeout ends a Bayeux session that long after its last connect,
	// 60 s by default.
	SessionTimeout time.Duration
	// SIP is the side towards telephones.
	SIP SIPOptions
	// Features that are on; nil means all. An empty, non-nil list means none.
	Features []string
	// AllowHosts are further names that a server on a loopback address answers
	// for, beside its own: see hosts.
	AllowHosts []string
	// Log gets a line for each request, Warn a sentence when a limit is hit.
	// They are called by several goroutines, Warn by one at a time.
	Log, Warn func(string)
}

// The devices of the first station have the ids of the documented samples.
var firstStation = []Agent{
	{
		User: "agent", Password: "agent-secret", Number: "5005",
		DeviceID: "efe1ab32-53f9-43ce-b65e-5768c61f7d4a", FirstName: "Ada", LastName: "Agent",
	},
	{
		User: "caller", Password: "caller-secret", Number: "5000",
		DeviceID: "9c14cad7-17c4-48d0-8492-7cf0ff92c224", FirstName: "Carl", LastName: "Caller",
	},
	{
		User: "destination", Password: "destination-secret", Number: "5001",
		DeviceID: "631608b3-ceb1-472b-ba05-2ae39555b0d1", FirstName: "Dora", LastName: "Destination",
	},
}

// DefaultAgents returns the agents of that many stations, three each: agent,
// caller and destination; agent2, caller2, destination2; and so on.
func DefaultAgents(stations int) []Agent {
	var agents []Agent
	for n := 1; n <= stations; n++ {
		for i, a := range firstStation {
			if n > 1 {
				suffix := strconv.Itoa(n)
				base, _ := strconv.Atoi(a.Number)
				a.User, a.Password = a.User+suffix, a.User+suffix+"-secret"
				a.Number = strconv.Itoa(base + 100*(n-1))
				a.DeviceID = fmt.Sprintf("%08x-0000-4000-8000-%012x", n, i+1)
				a.LastName += " " + suffix
			}
			agents = append(agents, a)
		}
	}
	return agents
}

// withDefaults fills what is not set and refuses what cannot work.
func (o Options) withDefaults() (Options, error) {
	if len(o.Agents) == 0 {
		o.Agents = DefaultAgents(1)
	}
	if o.PollTimeout <= 0 {
		o.PollTimeout = defaultPollTimeout
	}
	if o.SessionTimeout <= 0 {
		o.SessionTimeout = defaultSessionTimeout
	}
	if o.Features == nil {
		o.Features = []string{featureRecording, featureMonitoring, featureMute}
	}
	if o.StepDelay < 0 {
		return o, errors.New("reference: StepDelay is negative")
	}
	for _, f := range o.Features {
		if f != featureRecording && f != featureMonitoring && f != featureMute {
			return o, fmt.Errorf("reference: unknown feature %q", f)
		}
	}
	return o, checkAgents(o.Agents)
}

func checkAgents(agents []Agent) error {
	seen := map[string]bool{}
	for i, a := range agents {
		if a.User == "" || a.Number == "" {
			return fmt.Errorf("reference: agent %d has no user or no number", i+1)
		}
		for _, key := range []string{"user " + a.User, "number " + a.Number, "device " + a.DeviceID} {
			if seen[key] && key != "device " {
				return fmt.Errorf("reference: two agents have the %s", key)
			}
			seen[key] = true
		}
	}
	return nil
}
