// Package config reads the target file: where the server under test is, with whom it is
// tested and how patient voicespec is with it. It knows no network and no command line.
// Its errors are one sentence each, name file and line, and never hold a password.
package config

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
)

// DefaultFile is the target file that is read when none is named.
const DefaultFile = "voicespec.yaml"

// Transports that a target file may name.
const (
	Auto        = "auto"
	LongPolling = "long-polling"
	WebSocket   = "websocket"
)

// Transports lists all of them.
var Transports = []string{Auto, LongPolling, WebSocket}

// What a target file may say of wrong passwords.
const (
	Tried = "tried"
	None  = "none"
)

// DefaultNotifications is the path of the Bayeux endpoint below the API root.
const DefaultNotifications = "/notifications"

// DefaultLocation is sent where the parameter location is tried.
const DefaultLocation = "voicespec"

// Target is a server under test. The yaml tags are the keys of the target file; the doc
// tags are their documentation (docs/target-file.md) and the default tags what is taken
// where a key is left out.
type Target struct {
	URL           string    `yaml:"target" json:"target" need:"yes" doc:"The server's address, http or https. The API is expected at {target}/api/v2; a path prefix is allowed. A slash or an /api/v2 at the end is cut off, and voicespec says so."`
	Transport     string    `yaml:"transport" json:"transport" default:"auto" doc:"How notifications are fetched: auto, long-polling or websocket. auto takes long-polling where the server offers it, else WebSocket."`
	Notifications string    `yaml:"notifications" json:"notifications" default:"/notifications" doc:"Path of the CometD endpoint below {target}/api/v2."`
	Stations      []Station `yaml:"stations" json:"stations" need:"yes" doc:"The people that scenarios are played with. Each further station lets scenarios be played side by side, which makes a run shorter."`
	Features      []string  `yaml:"features" json:"features,omitempty" doc:"Feature ids that the server claims, such as api-voice-recording. What is not claimed is not applicable; what is claimed and does not work fails. Left out: as the server says itself. An empty list claims none. What only the file claims, or only the server, is said by voicespec doctor and noted in every report."`
	Location      string    `yaml:"location" json:"location,omitempty" default:"voicespec" doc:"What Dial and InitiateTransfer are given as location in the checks about it. A server passes it to its switch, and one that looks it up needs a name that exists there."`
	Passwords     string    `yaml:"wrong-passwords" json:"wrongPasswords,omitempty" default:"tried" doc:"Whether passwords are tried wrong: tried or none. No person's is tried more than twice in a run, and only for the people of one station; an installation that locks an account after so many can leave them out, and what they would show is not judged."`
	Capabilities  Offers    `yaml:"capabilities" json:"capabilities,omitzero" doc:"What is offered beyond the pages."`
	Budgets       Budgets   `yaml:"budgets" json:"budgets" doc:"How long voicespec waits, as numbers with a unit (500ms, 10s, 2m). --slow multiplies all of them."`
	Pace          int       `yaml:"pace" json:"pace,omitempty" doc:"How many requests a second all people together send at most, for a server, or a gateway before it, that limits them. Left out: as fast as they come. HTTP 429, and 503 with Retry-After, are waited out anyway."`
	Lease         string    `yaml:"lease" json:"lease,omitempty" doc:"Folder by which runs that use the same people see each other: of two, the second waits (--wait) or is not begun. Left out: a folder among the temporary files of the machine. Name one that is shared where runs are started on several machines. Relative to the target file."`
	Headers       []string  `yaml:"headers" json:"-" doc:"Headers that go with every request, such as \"X-Api-Key: ${API_KEY}\": for a gateway before the server. Their values show in no output."`
	CheckHeader   string    `yaml:"check-header" json:"checkHeader,omitempty" doc:"Name of a header that tells scenario and step with each request, so that the owner of the server finds it in his log. Left out: none is sent. The User-Agent names the run anyway."`
	Auth          Auth      `yaml:"auth" json:"auth,omitzero" doc:"How people say who they are, where it is not HTTP Basic."`
	SIP           SIP       `yaml:"sip" json:"sip,omitzero" doc:"What the telephones have in common that voicespec is. What stands in phone, or in sip of a caller, goes before it."`
	TLS           TLS       `yaml:"tls" json:"tls" doc:"How an https server's certificate is checked."`

	// Notes are remarks for the user, such as that a part of the address was cut off.
	Notes []string `yaml:"-" json:"-"`
	// File is where the target was read from; "" if it was not read from a file.
	File string `yaml:"-" json:"-"`
}

// Station is the cast that scenarios are played with.
type Station struct {
	Agent       Party `yaml:"agent" json:"agent" need:"yes" doc:"The agent under test."`
	Caller      Party `yaml:"caller" json:"caller" need:"yes" doc:"The other end of the agent's calls. An agent too: voicespec dials and hangs up in its name."`
	Destination Party `yaml:"destination" json:"destination" need:"yes" doc:"Whom calls are transferred to and conferences are held with. Only number is needed; without user and password nobody answers there, and what needs an answer is reported as untestable."`
}

// Party is one person of a station, with credentials. A recording has a form of its own for people (recording.Party), which
// cannot hold any; play.Station.Header is where the one becomes the other.
type Party struct {
	User     string `yaml:"user" json:"user,omitempty" doc:"User name for HTTP Basic authentication."`
	Password string `yaml:"password" json:"-" doc:"Password. Better not in the file: \"${AGENT_PASSWORD}\" takes it from the environment. It shows in no output."`
	Number   string `yaml:"number" json:"number" doc:"The number that calls to this person are dialled to."`
	Shown    string `yaml:"shown" json:"shown,omitempty" doc:"The number in the form in which the system shows it, where that is another one: +4930123456 for 3456. Left out: as it is dialled."`
	Dials    string `yaml:"dials" json:"dials,omitempty" doc:"Of the caller: what is dialled to call the agent, where calls pass a route point. Its callType, Inbound or Outbound, and this number as dnis are right then, and what a strategy attaches is no matter. Left out: the agent's number."`
	Device   string `yaml:"device" json:"device,omitempty" doc:"Id of the device to use, for a person who has several. Left out: the device with the number above."`
	Place    string `yaml:"place" json:"place,omitempty" doc:"Place for StartContactCenterSession, where the server wants one."`
	Answer   string `yaml:"answer" json:"answer,omitempty" doc:"auto, for a telephone that answers by itself. Left out: calls ring until voicespec answers them; a telephone that answers by itself is recognised, which costs a call. What needs a call that goes on ringing is untestable there."`
	Shared   bool   `yaml:"shared" json:"shared,omitempty" default:"false" doc:"true lets voicespec use this person although somebody is logged in as them. The session is not ended, and agent state, do-not-disturb and forwarding are put back at the end. Without it a run is not begun then."`
	Reason   string `yaml:"reason" json:"reason,omitempty" doc:"Sent as a reason with NotReady, where the site demands one."`
	Phone    Phone  `yaml:"phone" json:"phone,omitzero" doc:"A SIP telephone that voicespec is for the time of a run, where nobody sits at one: see telephones.md. Left out: the person has a telephone."`

	SIP     Phone    `yaml:"sip" json:"sip,omitzero" doc:"For a caller who is no user of the server, and so has no user and password: the SIP account that calls the agent, and what it is called at, as in phone. Calls to it are answered when a scenario needs that; by itself with answer: auto. With answer: none it takes no calls, and is not registered. What needs notifications of the caller is untestable."`
	Command []string `yaml:"command" json:"command,omitempty" doc:"For such a caller, too: a program that calls the agent, and its arguments; {number} stands for what is dialled. It is started to dial, and asked to end (SIGTERM) when the call is over. What needs notifications of the caller is untestable."`
}

// Phone is a SIP telephone that is registered for the time of a run.
type Phone struct {
	Registrar string `yaml:"registrar" json:"registrar,omitempty" doc:"Where it registers, as HOST or HOST:PORT. Port 5060 where none is named, 5061 for tls. Needed, unless sip: at the top names one for all."`
	User      string `yaml:"user" json:"user,omitempty" doc:"Its name there. Left out: the person's number."`
	AuthUser  string `yaml:"auth-user" json:"authUser,omitempty" doc:"Its name in digests, where that is another."`
	Password  string `yaml:"password" json:"-" doc:"Its password, where the registrar asks for one. It shows in no output."`
	Transport string `yaml:"transport" json:"transport,omitempty" default:"udp" doc:"udp, tcp or tls. What tls: says of certificates holds for telephones too."`
	Answer    string `yaml:"answer" json:"answer,omitempty" default:"talk" doc:"How it answers: talk, when the SIP Server asks it to, as an Answer of the Voice API makes it (NOTIFY with Event: talk); auto, by itself; never, so that calls ring on and what needs an answer is untestable."`
	Silence   bool   `yaml:"silence" json:"silence,omitempty" default:"false" doc:"true sends silence (RTP) while a call is up and the other end listens, for a telephone or gateway that hangs up a call of which no sound comes."`
}

// SIP is what telephones have in common.
type SIP struct {
	Registrar string `yaml:"registrar" json:"registrar,omitempty" doc:"Where they register."`
	Transport string `yaml:"transport" json:"transport,omitempty" doc:"udp, tcp or tls. Left out: udp."`
	Silence   bool   `yaml:"silence" json:"silence,omitempty" default:"false" doc:"true: all send silence."`
}

// share gives a telephone what all have in common. One that is not there stays so.
func (c SIP) share(p *Phone) {
	if *p == (Phone{}) {
		return
	}
	p.Registrar, p.Transport, p.Silence = cmp.Or(p.Registrar, c.Registrar), cmp.Or(p.Transport, c.Transport), p.Silence || c.Silence
}

// Answers of a Phone beside Auto.
const (
	Talk  = "talk"
	Never = "never"
)

// Transports of a Phone.
var phoneTransports = []string{"udp", "tcp", "tls"}

// Budgets are how long is waited for what.
type Budgets struct {
	Connect time.Duration `yaml:"connect" json:"connect" default:"10s" doc:"To open a connection, and for the Bayeux handshake."`
	Request time.Duration `yaml:"request" json:"request" default:"30s" doc:"For the whole answer to a request."`
	Event   time.Duration `yaml:"event" json:"event" default:"15s" doc:"For a notification, from the moment that its cause was sent."`
	Quiet   time.Duration `yaml:"quiet" json:"quiet" default:"1s" doc:"How long nothing more must arrive for a scenario to be over. Costs time once a run, at its end."`
}

// Offers is what calls offer beyond the pages.
type Offers struct {
	Also []string `yaml:"also" json:"also,omitempty" doc:"Names that may stand in the capabilities of a call although no page knows them, such as those of an extension. Left out, each of them is recommended against; a page's operation in a state that does not have it always fails."`
}

// Kinds of authentication.
const (
	Basic          = "basic"
	Bearer         = "bearer"
	Cookie         = "cookie"
	OAuth2Client   = "oauth2-client"
	OAuth2Password = "oauth2-password"
)

// Auth says how people say who they are.
type Auth struct {
	Kind   string   `yaml:"kind" json:"kind,omitempty" default:"basic" doc:"basic: user and password of each person. bearer: their password is a token. cookie: their password is the value of a cookie, of a session that a single sign-on began. oauth2-client: a token is fetched with their user and password as client id and secret. oauth2-password: a token is fetched with their user and password, in the name of one client."`
	URL    string   `yaml:"token-url" json:"tokenUrl,omitempty" doc:"Where OAuth 2 tokens are fetched."`
	Client string   `yaml:"client" json:"client,omitempty" doc:"Client id, for oauth2-password."`
	Secret string   `yaml:"secret" json:"-" doc:"Its secret. It shows in no output."`
	Scopes []string `yaml:"scopes" json:"scopes,omitempty" doc:"Scopes to ask for."`
	Cookie string   `yaml:"cookie" json:"cookie,omitempty" doc:"Name of the cookie, for kind: cookie."`
}

// TLS says how an https server's certificate is checked.
type TLS struct {
	Insecure bool        `yaml:"insecure" json:"insecure,omitempty" default:"false" doc:"true accepts every certificate. For laboratories only: it also accepts an impostor, who then has the passwords."`
	Cert     string      `yaml:"cert" json:"cert,omitempty" doc:"PEM file with the client's certificate, for a server that asks for one; key: is needed, too. Relative to the target file."`
	Key      string      `yaml:"key" json:"key,omitempty" doc:"PEM file with its private key. Relative to the target file."`
	Given    *tls.Config `yaml:"-" json:"-"` // taken as it is; by who starts a server of his own

	CA string `yaml:"ca" json:"ca,omitempty" doc:"PEM file with the authorities to trust beside those of the system. Relative to the target file."`
}

// Roles of a station, in the order of the target file.
var Roles = recording.Roles

// Party returns the person who plays role; the zero Party for an unknown role.
func (s Station) Party(role string) Party {
	return recording.Playing(role, s.Agent, s.Caller, s.Destination)
}

// Controlled reports whether voicespec can act in this person's name.
func (p Party) Controlled() bool { return p.User != "" && p.Password != "" }

// FromOutside reports whether this person is no user of the server, but can call one, by SIP or by a program.
func (p Party) FromOutside() bool {
	return p.User == "" && (p.SIP.Registrar != "" || len(p.Command) > 0)
}

// HasPhone reports whether voicespec is this person's telephone.
func (p Party) HasPhone() bool { return p.Telephone().Registrar != "" }

// Telephone is the one that voicespec is for this person; the zero Phone for none.
func (p Party) Telephone() Phone {
	if p.SIP == (Phone{}) {
		return p.Phone
	}
	return p.SIP
}

// String names a telephone without its password.
func (p Phone) String() string { return p.User + " at " + p.Registrar }

// GoString is String, so that %#v shows no password either.
func (p Phone) GoString() string { return "config.Phone(" + p.String() + ")" }

// String names the person without the password.
func (p Party) String() string {
	if p.User == "" {
		return p.Number
	}
	return p.User + " at " + p.Number
}

// GoString is String, so that %#v shows no password either.
func (p Party) GoString() string { return "config.Party(" + p.String() + ")" }

// Format makes every verb print String: a %d in the wrong place must not show a password.
func (p Party) Format(f fmt.State, verb rune) {
	text := p.String()
	if verb == 'v' && f.Flag('#') {
		text = p.GoString()
	}
	_, _ = f.Write([]byte(text)) // fmt collects errors itself
}

// String names the target and its stations without passwords.
func (t Target) String() string {
	lines := make([]string, 0, len(t.Stations))
	for _, s := range t.Stations {
		lines = append(lines, fmt.Sprintf("agent %s, caller %s, destination %s", s.Agent, s.Caller, s.Destination))
	}
	return fmt.Sprintf("%s (%s; %s)", t.URL, t.Transport, strings.Join(lines, "; "))
}

// GoString is String, so that %#v shows no password either.
func (t Target) GoString() string { return "config.Target(" + t.String() + ")" }
