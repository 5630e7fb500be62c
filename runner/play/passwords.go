package play

import (
	"encoding/base64"
	"strings"
	"unicode"

	"github.com/voicespec/voicespec/runner/config"
)

// longestHashed is what common hashes take of a password: who cuts off what is beyond refuses nothing.
const longestHashed = 72

// plainlyWrong is a password that nobody has.
func plainlyWrong(p config.Party) string { return "not-" + p.User + "-s-password" }

// AlmostPassword is a person's password without its last character: a server that compares a part of it takes it.
func AlmostPassword(p config.Party) string {
	letters := []rune(p.Password)
	if len(letters) < 2 || len(p.Password) > longestHashed {
		return plainlyWrong(p)
	}
	return string(letters[:len(letters)-1])
}

// PasswordWithMore is a person's password with a letter behind it, which a server takes that compares no more than it has itself. A space
// there would be trimmed by some directories, which no page forbids.
func PasswordWithMore(p config.Party) string {
	if p.Password == "" || len(p.Password) >= longestHashed {
		return plainlyWrong(p)
	}
	return p.Password + "x"
}

// PasswordOf is another person's password, for a server that only looks whether there is such a one.
func PasswordOf(other, p config.Party) string {
	if other.Password == "" || other.Password == p.Password {
		return plainlyWrong(p)
	}
	return other.Password
}

// PasswordInAnotherCase is a person's password with upper and lower case exchanged.
func PasswordInAnotherCase(p config.Party) string {
	other := strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, p.Password)
	if other == p.Password || len(p.Password) > longestHashed {
		return plainlyWrong(p)
	}
	return other
}

// Basic is the value of Authorization by which credentials are sent.
func Basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// CSRFToken is the token of a person's session; "" where there is none, or no session.
func (s *Stage) CSRFToken(a *Actor) string {
	if a.rest == nil {
		return ""
	}
	return a.rest.CSRFToken()
}
