package inflate

import "encoding/binary"

// data inflates what is in a block with codes (RFC 1951 section 3.2.5), up to
// its end, the end of the input or as far as out has room.
//
//rfc:7692-7.2.3.1-1 7692-7.2.3.2-1 7692-7.2.3.5-1
func (z *Inflater) data() (more bool, err error) {
	for {
		if err := z.fast(); err != nil {
			return false, err
		}
		for range 8 { // until it can be fast again, or not any more
			if z.pos >= chunk {
				return true, nil
			}
			more, err := z.symbol()
			if !more || err != nil || z.step != stepData {
				return more, err
			}
		}
	}
}

// symbol inflates a literal, a match or the end of the block if the input has
// all of it.
func (z *Inflater) symbol() (more bool, err error) {
	z.need(56)
	e, before := lookUp(z.lit[:], literalBits, z.bits)
	switch {
	case e.size()+before > z.n:
		return false, nil
	case e&invalid != 0:
		return false, ErrCorrupt
	case e&endOfBlock != 0:
		z.take(e.size() + before)
		return true, z.endBlock()
	case e&literal != 0:
		if z.pos >= z.most {
			return false, ErrTooLong
		}
		z.take(e.size() + before)
		z.out[z.pos] = byte(e.value())
		z.pos++
		return true, nil
	}
	length := e.value() + e.extra(z.bits>>before)
	used := e.size() + before
	e, before = lookUp(z.dist[:], distanceBits, z.bits>>used)
	if used+e.size()+before > z.n {
		return false, nil
	}
	if e&invalid != 0 {
		return false, ErrCorrupt
	}
	distance := e.value() + e.extra(z.bits>>(used+before))
	z.take(used + e.size() + before)
	if z.pos+length > z.most {
		return false, ErrTooLong
	}
	return true, z.match(length, distance)
}

// lookUp finds what the next bits mean, and how many come before those that
// the entry counts.
func lookUp(t []entry, width int, bits uint64) (e entry, before uint) {
	e = t[bits&(1<<width-1)]
	if e&link == 0 {
		return e, 0
	}
	before = e.size()
	return t[e.value()+int(bits>>before&(1<<e.code()-1))], before
}

// match repeats length bytes from distance bytes before.
//
//rfc:7692-7.2.3.2-2 7692-7.2.3.2-3
func (z *Inflater) match(length, distance int) error {
	back := distance - z.pos
	if distance > z.reach || back > z.win.have() {
		return ErrCorrupt
	}
	if back > 0 {
		n := min(length, back)
		z.win.copyTo(z.out[z.pos:z.pos+n], back)
		z.pos += n
		length -= n
	}
	for from := z.pos - distance; length > 0; {
		n := copy(z.out[z.pos:z.pos+length], z.out[from:z.pos])
		z.pos += n
		length -= n
	}
	return nil
}

// fast is symbol in a loop, as long as neither the input nor out can end in
// the middle of a symbol. It leaves the end of the block to symbol.
//
// It is long, and says some things twice, to keep the bits in registers. There
// are 56 bits or more at the top, and again behind a literal; a length and a
// distance take 48 at most.
func (z *Inflater) fast() error {
	lit, dist, out := z.lit, z.dist, &z.out
	in, bits, n, pos := z.in, z.bits, z.n, z.pos
	last, reach := min(chunk, z.most-maxMatch), z.reach
	var err error
	for len(in) >= 16 && pos < last {
		bits |= binary.LittleEndian.Uint64(in) << (n & 63)
		in = in[(63-n)>>3:]
		n |= 56
		e := lit[bits&(1<<literalBits-1)]
		if e&literal != 0 {
			out[pos] = byte(e >> 16)
			pos++
			bits >>= e.size() & 63
			n -= e.size()
			e = lit[bits&(1<<literalBits-1)]
			if e&literal != 0 {
				out[pos] = byte(e >> 16)
				pos++
				bits >>= e.size() & 63
				n -= e.size()
				continue
			}
			bits |= binary.LittleEndian.Uint64(in) << (n & 63)
			in = in[(63-n)>>3:]
			n |= 56
		}
		if e&isSpecial != 0 {
			if e&link == 0 {
				break
			}
			long := lit[min(e.value()+int(bits>>(e.size()&63)&(1<<(e.code()&63)-1)), literalEntries-1)]
			if long&isSpecial != 0 {
				break
			}
			bits >>= e.size() & 63
			n -= e.size()
			e = long
			if e&literal != 0 {
				out[pos] = byte(e >> 16)
				pos++
				bits >>= e.size() & 63
				n -= e.size()
				continue
			}
		}
		length := e.value() + e.extra(bits)
		bits >>= e.size() & 63
		n -= e.size()
		e = dist[bits&(1<<distanceBits-1)]
		if e&isSpecial != 0 {
			if e&link != 0 {
				bits >>= e.size() & 63
				n -= e.size()
				e = dist[min(e.value()+int(bits&(1<<(e.code()&63)-1)), distanceEntries-1)]
			}
			if e&isSpecial != 0 {
				err = ErrCorrupt
				break
			}
		}
		distance := e.value() + e.extra(bits)
		bits >>= e.size() & 63
		n -= e.size()
		if distance > min(pos, reach) || length > 16 || distance < 8 {
			z.pos = pos
			if err = z.match(length, distance); err != nil {
				break
			}
			pos = z.pos
			continue
		}
		from := pos - distance
		d, s := out[pos:pos+16], out[from:from+16]
		binary.LittleEndian.PutUint64(d, binary.LittleEndian.Uint64(s))
		binary.LittleEndian.PutUint64(d[8:], binary.LittleEndian.Uint64(s[8:]))
		pos += length
	}
	z.in, z.bits, z.n, z.pos = in, bits&(1<<(n&63)-1), n, pos
	return err
}
