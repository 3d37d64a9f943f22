package report

// diagram is a sequence diagram. Across it is as wide as there is room, so that
// its text has the same size on a telephone.
type diagram struct {
	Height int
	Foot   int // where the lifelines end
	Arrows []arrow
}

// arrow is a row of the diagram.
type arrow struct {
	wireRow
	Y      int    // of the line
	Above  int    // of the label's base line
	Under  int    // of that of what stands below
	Label  string // above the line
	Below  string // under it
	Colour string // one of arrowColours
	Right  bool   // it goes from the client to the server
	Stops  bool   // nobody looks at what comes
}

// arrowColours are the classes of arrows: sent by a side, wrong although it is
// tested, wrong on purpose, not looked at.
var arrowColours = []string{"client", "server", "deviates", "meant", "ignored"}

// The measures of a diagram, in pixels.
const (
	mostArrows  = 24
	labelLength = 38 // characters, as many as fit on a telephone
	headHeight  = 30
	rowHeight   = 46
)

func newDiagram(rows []wireRow) diagram {
	rows = elide(rows, mostArrows)
	foot := headHeight + rowHeight*len(rows)
	d := diagram{Foot: foot, Height: foot + 8}
	for i, row := range rows {
		y := headHeight + rowHeight*i + 24
		a := arrow{wireRow: row, Y: y, Above: y - 7, Under: y + 13, Label: short(row.Summary, labelLength), Right: row.From == "client"}
		a.Colour, a.Below = row.aside()
		a.Stops = row.Ignored || row.Broken != ""
		d.Arrows = append(d.Arrows, a)
	}
	return d
}

// aside returns the colour of an arrow, and what there is to say below it.
func (row wireRow) aside() (colour, text string) {
	switch {
	case row.Broken != "" && row.Tested:
		return "deviates", short(row.At+", breaks "+row.Rule.ID, labelLength)
	case row.Broken != "":
		return "meant", row.At + ", wrong on purpose"
	case row.Ignored:
		return "ignored", row.At + ", not looked at"
	}
	return row.From, row.At
}
