package dissect

import (
	"encoding/hex"
	"encoding/json"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
)

// partJSON is a part as JSON. The names are stable. Bytes are in hex; what does
// not apply to a part is left out.
type partJSON struct {
	Kind    Kind   `json:"kind"`
	From    string `json:"from"`   // "client" or "server"
	Offset  int64  `json:"offset"` // of the first byte in its direction
	Bytes   string `json:"bytes"`  // as on the wire
	Whole   bool   `json:"whole"`
	Summary string `json:"summary"` // in a line
	Mermaid string `json:"mermaid"` // in a sequence diagram

	Plain      bool   `json:"plain,omitempty"`      // a request that is not for WebSocket, or an answer to it
	Opcode     string `json:"opcode,omitempty"`     // of a frame, in words
	Payload    string `json:"payload,omitempty"`    // not masked
	Message    string `json:"message,omitempty"`    // "text" or "binary", of a data frame
	Compressed bool   `json:"compressed,omitempty"` // that message
	Contents   string `json:"contents,omitempty"`   // inflated, of a compressed message
	Text       string `json:"text,omitempty"`       // payload or contents, if that is UTF-8

	Fields    []fieldJSON         `json:"fields"`
	Violation *violationJSON      `json:"violation,omitempty"`
	Ignored   string              `json:"ignored,omitempty"`  // the id of the requirement that says so
	Unjudged  bool                `json:"unjudged,omitempty"` // it depends on what has not been seen
	Rules     map[string]ruleJSON `json:"rules"`              // all that are named, by their ids
}

type fieldJSON struct {
	Name    string   `json:"name"`
	Bit     int      `json:"bit"`           // the first one, counted from the part's
	Bits    int      `json:"bits"`          // how many
	Raw     string   `json:"raw,omitempty"` // up to 64: in binary, or in hex if they are whole bytes
	Value   string   `json:"value"`
	Meaning string   `json:"meaning"`
	Section string   `json:"section"` // "5.2"; "7692:6" of another RFC than 6455
	Rules   []string `json:"rules,omitempty"`
}

type violationJSON struct {
	Rule   string             `json:"rule"`
	Text   string             `json:"text"`
	Code   protocol.CloseCode `json:"code,omitempty"`
	Option string             `json:"option,omitempty"`
	Field  string             `json:"field"`
	Offset int64              `json:"offset"`
}

type ruleJSON struct {
	RFC     string `json:"rfc"`
	Section string `json:"section"`
	Title   string `json:"title"`
	Level   string `json:"level"` // MUST to MAY, or RULE
	Text    string `json:"text"`
}

// MarshalJSON returns p with all that is known of it.
func (p *Part) MarshalJSON() ([]byte, error) {
	j := partJSON{
		Kind: p.Kind, From: p.From.String(), Offset: p.Offset, Bytes: hex.EncodeToString(p.Bytes), Whole: p.Whole,
		Summary: p.Summary(), Mermaid: p.Mermaid(), Ignored: p.Ignored, Unjudged: p.Unjudged, Plain: p.Plain,
		Fields: []fieldJSON{}, Rules: make(map[string]ruleJSON),
	}
	if p.Kind == Frame && len(p.Fields) > 1 {
		p.frameJSON(&j)
	}
	for _, f := range p.Fields {
		one := fieldJSON{f.Name, f.Bit, f.Bits, "", f.Value, f.Meaning, f.Section, f.Rules}
		if f.Bits <= 64 {
			one.Raw = f.bits(p.Bytes)
		}
		j.Fields = append(j.Fields, one)
	}
	if p.Violation != nil {
		j.Violation = (*violationJSON)(p.Violation)
	}
	for _, id := range p.Rules() {
		if r := Explain(id); r != nil {
			j.Rules[id] = ruleJSON{r.RFC, r.Section, r.Title, r.Level, r.Text}
		}
	}
	return json.Marshal(j)
}

// frameJSON adds what only frames have.
func (p *Part) frameJSON(j *partJSON) {
	j.Opcode, j.Payload, j.Compressed = p.Header.Opcode.String(), hex.EncodeToString(p.Payload), p.Compressed
	clear := p.Payload
	if p.Compressed {
		clear = p.Contents
		j.Contents = hex.EncodeToString(clear)
	}
	if p.Type != 0 {
		j.Message = p.Type.String()
	}
	if utf8.Valid(clear) && p.Header.Opcode != protocol.OpClose {
		j.Text = string(clear)
	}
}
