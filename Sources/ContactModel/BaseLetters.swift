/// Which letters are searched as which plain one: Latin and Greek letters with accents, strokes
/// and ligatures, and the few Cyrillic ones that people type without their marks.
///
/// Derived from canonical decompositions (Unicode 15) and the strokes that have none.
enum BaseLetters {
    /// From a lower-case scalar to what stands for it in folded text.
    static let table: [Unicode.Scalar: String] = {
        var table: [Unicode.Scalar: String] = [:]
        for (base, variants) in variants {
            for scalar in variants.unicodeScalars { table[scalar] = base }
        }
        return table
    }()

    private static let variants: [(base: String, letters: String)] = [
        ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
        ("ae", "æ"),
        ("b", "ƀɓḃḅḇ"),
        ("c", "çćĉċčƈḉ"),
        ("d", "ðďđɖɗḋḍḏḑḓ"),
        ("e", "èéêëēĕėęěȅȇȩəɛḕḗḙḛḝẹẻẽếềểễệ"),
        ("f", "ƒḟ"),
        ("g", "ĝğġģǧǵɠɣḡ"),
        ("h", "ĥħȟḣḥḧḩḫẖ"),
        ("i", "ìíîïĩīĭįıǐȉȋɨḭḯỉị"),
        ("ij", "ĳ"),
        ("j", "ĵǰȷ"),
        ("k", "ķĸƙǩḱḳḵ"),
        ("l", "ĺļľłƚḷḹḻḽ"),
        ("m", "ḿṁṃ"),
        ("n", "ñńņňŋǹɲṅṇṉṋ"),
        ("o", "òóôõöøōŏőơǒǫǭȍȏȫȭȯȱɔṍṏṑṓọỏốồổỗộớờởỡợ"),
        ("oe", "œ"),
        ("p", "ƥṕṗ"),
        ("r", "ŕŗřȑȓṙṛṝṟ"),
        ("s", "śŝşšſșṡṣṥṧṩ"),
        ("ss", "ß"),
        ("t", "ţťŧƭțʈṫṭṯṱẗ"),
        ("th", "þ"),
        ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
        ("v", "ʋṽṿ"),
        ("w", "ŵẁẃẅẇẉẘ"),
        ("x", "ẋẍ"),
        ("y", "ýÿŷƴȳẏẙỳỵỷỹ"),
        ("z", "źżžƶẑẓẕ"),
        ("æ", "ǣǽ"),
        ("ø", "ǿ"),
        ("ſ", "ẛ"),
        ("ʒ", "ǯ"),
        ("ʹ", "ʹ"),
        ("α", "άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ"),
        ("ε", "έἐἑἒἓἔἕὲέ"),
        ("η", "ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ"),
        ("ι", "ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ"),
        ("ο", "όὀὁὂὃὄὅὸό"),
        ("ρ", "ῤῥ"),
        ("σ", "ς"),
        ("υ", "ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ"),
        ("ω", "ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ"),
        ("ϒ", "ϓϔ"),
        ("г", "ѓґ"),
        ("е", "ѐё"),
        ("и", "ѝ"),
        ("к", "ќ"),
    ]
}
