package inflate

// blockHeader is what is read of a block with dynamic codes before its data
// (RFC 1951 section 3.2.7).
type blockHeader struct {
	literals, distances, lengths int // how many sizes of codes there are
	have                         int // how many of those have been read
	sizes                        [286 + 30]uint8
	codes                        [1 << lengthBits]entry // for the sizes
}

// blockHeader reads BFINAL and BTYPE (section 3.2.3).
//
//rfc:7692-7.2.1-4 7692-7.2.1-5
func (z *Inflater) blockHeader() (more bool, err error) {
	if !z.need(3) {
		return false, nil
	}
	z.final = z.take(1) == 1
	switch z.take(2) {
	case 0: // the rest of the byte means nothing
		z.take(z.n & 7)
		z.step = stepStoredSize
	case 1:
		z.lit, z.dist = fixedLiterals, fixedDistances
		z.step = stepData
	case 2:
		z.step = stepCounts
	default:
		return false, ErrCorrupt
	}
	return true, nil
}

// endBlock ends a block. After one with BFINAL 1 the data goes on at the next
// byte: it is not the end of the message.
//
//rfc:7692-7.2.1-6 7692-7.2.1-7 7692-7.2.3.4-1
func (z *Inflater) endBlock() error {
	z.step = stepHeader
	if z.final && z.take(z.n&7) != 0 {
		return ErrCorrupt
	}
	return nil
}

// storedSize reads LEN and NLEN (section 3.2.4).
func (z *Inflater) storedSize() (more bool, err error) {
	if !z.need(32) {
		return false, nil
	}
	size, complement := z.take(16), z.take(16)
	if size^complement != 0xffff {
		return false, ErrCorrupt
	}
	z.left, z.step = int(size), stepStored
	return true, nil
}

// stored copies what is in a stored block.
//
//rfc:7692-7.2.3.3-1 7692-7.2.3.6-1
func (z *Inflater) stored() (more bool, err error) {
	for z.left > 0 && z.pos < chunk && (z.n > 0 || len(z.in) > 0) {
		room := min(z.left, chunk-z.pos)
		if z.pos+room > z.most {
			if room = z.most - z.pos; room == 0 {
				return false, ErrTooLong
			}
		}
		n := 1
		if z.n > 0 {
			z.out[z.pos] = byte(z.take(8))
		} else {
			n = copy(z.out[z.pos:z.pos+room], z.in)
			z.in = z.in[n:]
		}
		z.pos += n
		z.left -= n
	}
	if z.left > 0 {
		return false, nil
	}
	return true, z.endBlock()
}

// counts reads HLIT, HDIST and HCLEN (section 3.2.7).
func (z *Inflater) counts() (more bool, err error) {
	if !z.need(14) {
		return false, nil
	}
	h := &z.header
	h.literals, h.distances, h.lengths = int(z.take(5))+257, int(z.take(5))+1, int(z.take(4))+4
	h.have = 0
	if h.literals > 286 || h.distances > 30 {
		return false, ErrCorrupt
	}
	clear(h.sizes[:19])
	z.step = stepLengthSizes
	return true, nil
}

// lengthOrder is the order in which the sizes of the codes for sizes come.
var lengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// lengthSizes reads the sizes of the codes for sizes.
func (z *Inflater) lengthSizes() (more bool, err error) {
	h := &z.header
	for ; h.have < h.lengths; h.have++ {
		if !z.need(3) {
			return false, nil
		}
		h.sizes[lengthOrder[h.have]] = uint8(z.take(3))
	}
	if _, complete := makeTable(h.codes[:], lengthBits, h.sizes[:19], lengthSymbols); !complete {
		return false, ErrCorrupt
	}
	h.have, z.step = 0, stepSizes
	return true, nil
}

// sizes reads the sizes of the codes for literals and lengths, and of those
// for distances, as one sequence.
func (z *Inflater) sizes() (more bool, err error) {
	h := &z.header
	for total := h.literals + h.distances; h.have < total; {
		z.need(14) // the longest code and its extra bits
		e := h.codes[z.bits&(1<<lengthBits-1)]
		if e.size() > z.n {
			return false, nil
		}
		value, extra := e.value(), e.extra(z.bits)
		z.take(e.size())
		if value < 16 {
			h.sizes[h.have] = uint8(value)
			h.have++
		} else if !h.repeat(value, extra, total) {
			return false, ErrCorrupt
		}
	}
	return true, z.makeTables()
}

// repeat repeats a size: the one before with 16, none with 17 and 18.
func (h *blockHeader) repeat(value, extra, total int) bool {
	var size uint8
	times := 3 + extra
	switch value {
	case 16:
		if h.have == 0 {
			return false
		}
		size = h.sizes[h.have-1]
	case 18:
		times = 11 + extra
	}
	if h.have+times > total {
		return false
	}
	for range times {
		h.sizes[h.have] = size
		h.have++
	}
	return true
}

// makeTables makes the tables of the block.
func (z *Inflater) makeTables() error {
	h := &z.header
	sizes := h.sizes[:h.literals+h.distances]
	if sizes[256] == 0 { // the end of the block
		return ErrCorrupt
	}
	literals, _ := makeTable(z.ownLit[:], literalBits, sizes[:h.literals], literalSymbols)
	distances, _ := makeTable(z.ownDist[:], distanceBits, sizes[h.literals:], distanceSymbols)
	if !literals || !distances {
		return ErrCorrupt
	}
	z.lit, z.dist = &z.ownLit, &z.ownDist
	z.step = stepData
	return nil
}
