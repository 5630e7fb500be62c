package judge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/schemas"
)

// Under load the same messages come again and again, with other ids. A schema that accepted one accepts every other that differs
// only where the schema asks for nothing but a type: those are recognised by their shape, and gojsonschema is not asked again.

// Again makes a case one of many performances: what a schema accepted before is recognised by its shape.
func (c *Case) Again() { c.again = true }

// conforms is Conforms for notifications of calls, or what is known of the shape of a value.
func (c *Case) conforms(schema string, e *recording.Entry, value any) []Finding {
	const requirement = "MSG-1"
	if !c.again {
		return Conforms(requirement, schema, e, value)
	}
	r := recogniserOf(schema)
	shape := r.shape(value)
	if r.knows(shape) {
		return nil
	}
	found := Conforms(requirement, schema, e, value)
	if len(found) == 0 {
		r.learn(shape)
	}
	return found
}

// recogniser knows the shapes of values that a schema accepted.
type recogniser struct {
	schema *node
	mu     sync.RWMutex
	shapes map[string]bool
}

// mostShapes of one schema are known: a server that sends another one each time is judged each time.
const mostShapes = 10_000

var recognisers sync.Map // schema name: *recogniser

func recogniserOf(name string) *recogniser {
	if known, ok := recognisers.Load(name); ok {
		if r, ok := known.(*recogniser); ok {
			return r
		}
	}
	data, err := schemas.Load(name)
	if err != nil {
		panic(err)
	}
	var schema any
	if err := json.Unmarshal(data, &schema); err != nil {
		panic(fmt.Errorf("schema %s: %w", name, err))
	}
	r := &recogniser{schema: newNode(schema), shapes: map[string]bool{}}
	if first, loaded := recognisers.LoadOrStore(name, r); loaded {
		if known, ok := first.(*recogniser); ok {
			return known
		}
	}
	return r
}

func (r *recogniser) knows(shape []byte) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.shapes[string(shape)]
}

func (r *recogniser) learn(shape []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.shapes) < mostShapes {
		r.shapes[string(shape)] = true
	}
}

// shape is all of a value that the schema looks at. Two values of the same shape are both accepted, or neither is.
func (r *recogniser) shape(value any) []byte {
	return r.schema.shape(make([]byte, 0, roomForShape), value)
}

const roomForShape = 2 << 10

// node is a schema, or a part of one, as far as shapes go by it.
type node struct {
	shallow    bool // it asks for a type alone
	least      int  // runes of a text
	properties map[string]*node
	others     *node // of members that have no property; nil where nothing is asked of them
	items      *node // nil where nothing is asked of them
}

// newNode is nil for a schema that says something else than is understood here: the shape of its values is the values.
func newNode(schema any) *node {
	says, ok := schema.(map[string]any)
	if !ok {
		return nil
	}
	n := &node{shallow: true, properties: map[string]*node{}}
	for keyword, value := range says {
		switch keyword {
		case "type", "title", "description", "$schema", "$id":
			continue
		case "required", "minItems", "maxItems":
		case "minLength":
			least, _ := value.(float64)
			n.least = int(least)
		case "properties":
			members, _ := value.(map[string]any)
			for name, member := range members {
				n.properties[name] = orLiteral(newNode(member))
			}
		case "additionalProperties":
			n.others = orLiteral(newNode(value))
		case "items":
			n.items = orLiteral(newNode(value))
		default:
			return nil
		}
		n.shallow = false
	}
	return n
}

// literally is the node of what is not understood.
var literally = &node{}

func orLiteral(n *node) *node {
	if n == nil {
		return literally
	}
	return n
}

// shape appends that of a value.
func (n *node) shape(b []byte, value any) []byte {
	if n == nil || n == literally {
		return literal(b, value)
	}
	switch v := value.(type) {
	case string:
		b = append(b, 's')
		if short := utf8.RuneCountInString(v); short < n.least {
			b = strconv.AppendInt(b, int64(short), 10)
		}
		return b
	case map[string]any:
		return n.shapeOfObject(b, v)
	case []any:
		return n.shapeOfList(b, v)
	}
	return literal(b, value)
}

func (n *node) shapeOfObject(b []byte, v map[string]any) []byte {
	if n.shallow {
		return append(b, 'o')
	}
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	b = append(b, '{')
	for _, name := range names {
		b = append(strconv.AppendQuote(b, name), ':')
		if member, known := n.properties[name]; known {
			b = member.shape(b, v[name])
		} else if n.others != nil {
			b = n.others.shape(b, v[name])
		}
		b = append(b, ',')
	}
	return append(b, '}')
}

func (n *node) shapeOfList(b []byte, v []any) []byte {
	if n.shallow {
		return append(b, 'a')
	}
	b = append(b, '[')
	for _, x := range v {
		if n.items != nil {
			b = n.items.shape(b, x)
		}
		b = append(b, ',')
	}
	return append(b, ']')
}

// literal appends a value as it is.
func literal(b []byte, value any) []byte {
	b = append(b, '=')
	switch v := value.(type) {
	case string:
		return strconv.AppendQuote(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case nil:
		return append(b, "null"...)
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Appendf(b, "%#v", value) // not from JSON
	}
	return append(b, raw...)
}
