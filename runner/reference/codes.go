package reference

import (
	"fmt"
	"net/http"
)

// object is a JSON object. Resources are kept in this loose form so that a
// fault can bend any member of them.
type object = map[string]any

// The statusCodes of the Return Values page that this server uses.
const (
	codeOK              = 0
	codeMissing         = 1
	codeState           = 2
	codeForbidden       = 3
	codeInternal        = 4
	codeNotFound        = 6
	codePartial         = 7
	codeInvalid         = 10
	codeUnauthenticated = 20
)

// apiError is a refusal: the HTTP status, which no page fixes, and the
// documented pair of statusCode and statusMessage.
type apiError struct {
	http, code int
	message    string
}

func (e *apiError) Error() string { return e.message }

func missing(name string) *apiError {
	return &apiError{http.StatusBadRequest, codeMissing, fmt.Sprintf("Required parameter %s is missing", name)}
}

func invalid(format string, args ...any) *apiError {
	return &apiError{http.StatusBadRequest, codeInvalid, fmt.Sprintf(format, args...)}
}

func wrongState(format string, args ...any) *apiError {
	return &apiError{http.StatusConflict, codeState, fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) *apiError {
	return &apiError{http.StatusNotFound, codeNotFound, fmt.Sprintf(format, args...)}
}

func forbidden(format string, args ...any) *apiError {
	return &apiError{http.StatusBadRequest, codeForbidden, fmt.Sprintf(format, args...)}
}

func unknownOperation(name string) *apiError {
	return invalid("Unknown operation %.60q", name)
}

func denied() *apiError {
	return &apiError{http.StatusForbidden, codeUnauthenticated, "Access denied"}
}

// text is a required string parameter.
func text(body object, name string) (string, *apiError) {
	switch v := body[name].(type) {
	case nil:
		return "", missing(name)
	case string:
		if v == "" {
			return "", missing(name)
		}
		return v, nil
	default:
		return "", invalid("Parameter %s is not a string", name)
	}
}
