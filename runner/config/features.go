package config

// Features are the feature ids that pages name or live servers list, and mute, which no server lists. An id that is not here
// can only be mistyped: nothing would be tested for it, and nothing said.
var Features = []string{
	"api-voice", "api-voice-recording", "api-voice-instant-messaging", "api-voice-predictive-calls", "api-voice-outbound", "api-devices-webrtc",
	"api-supervisor-monitoring", "api-supervisor-agent-control", "api-provisioning-read", "api-provisioning-write", "api-multimedia",
	"api-multimedia-chat", "api-multimedia-email", "api-multimedia-workitem", "api-platform-configuration-read",
	"api-platform-configuration-write", "api-user-account-management-email", "mute",
}
