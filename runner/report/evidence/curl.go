package evidence

import (
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// served is where voicespec serve listens.
const served = "http://127.0.0.1:8080"

// Curl is a command that repeats a REST step. Credentials are placeholders for the
// reader's shell; no recording holds any. A body from the recording is quoted, so that
// pasting the command runs nothing else.
func Curl(target string, e *recording.Entry) string {
	if e == nil || e.Kind != recording.KindRest {
		return ""
	}
	parts := []string{"curl -i"}
	switch e.Credentials {
	case "none":
	case "wrong":
		parts = append(parts, `-u "$USER:wrong"`)
	case "cookie":
		parts = append(parts, `-b "$COOKIE"`)
	default:
		parts = append(parts, `-u "$USER:$PASSWORD"`)
	}
	body := string(e.Request)
	if body == "" {
		body = e.RequestText
	}
	if e.Method != "GET" && e.Method != "" {
		parts = append(parts, "-X "+quote(e.Method))
	}
	if body != "" {
		parts = append(parts, "-H 'Content-Type: application/json'", "--data-raw "+quote(body))
	}
	if !strings.Contains(target, "://") {
		target = served // the embedded reference server has gone with its run
	}
	address := strings.TrimRight(URL(target), "/") + "/api/v2" + e.Path
	return strings.Join(append(parts, quote(address)), " ")
}

// quote quotes for a POSIX shell. Control characters are made visible first: a terminal
// would obey some of them even between quotes.
func quote(s string) string {
	s = Escape(s)
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,", r)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
