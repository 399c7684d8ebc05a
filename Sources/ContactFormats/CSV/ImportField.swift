package import ContactModel

/// What a column of a table, or a member of a foreign object, may be to a contact.
package enum ImportField: Hashable, Sendable {
    case id, phone, name, email, tags, source, metadata
    case givenName, middleName, familyName, namePrefix, nameSuffix
    /// A metadata value of its own.
    case metadataValue(MetadataPath)
    /// Nothing, on purpose.
    case ignored

    /// Reads how a person names the field: `phone`, `given_name`, `meta.plan`, `-` for none.
    ///
    /// - Returns: nil where it is none of them.
    package init?(written text: String) {
        if let field = ImportField.names[text] {
            self = field
        } else if case .metadata(let path) = Column(name: text) {
            self = .metadataValue(MetadataPath(dotted: path))
        } else {
            return nil
        }
    }

    /// The field of a contact that this is, where it is a whole one.
    var single: Field? {
        switch self {
        case .id: .id
        case .phone: .phone
        case .name: .name
        case .email: .email
        case .tags: .tags
        case .source: .source
        case .metadata: .metadata
        default: nil
        }
    }

    /// The names that `init(written:)` knows, in the order they are told.
    package static let written = [
        "id", "phone", "name", "email", "tags", "source", "metadata", "meta.KEY", "given_name",
        "middle_name", "family_name", "name_prefix", "name_suffix", "-",
    ]

    private static let names: [String: ImportField] = [
        "id": .id, "phone": .phone, "name": .name, "email": .email, "tags": .tags,
        "source": .source, "metadata": .metadata, "given_name": .givenName,
        "middle_name": .middleName, "family_name": .familyName, "name_prefix": .namePrefix,
        "name_suffix": .nameSuffix, "-": .ignored,
    ]
}

/// What a name over a column is known to mean.
struct ColumnMeaning: Hashable, Sendable {
    let field: ImportField
    /// Which of several columns for one field goes first: the lowest.
    let rank: Int

    /// The rank of what a person said, and of the field's own name.
    static let said = -2
    static let own = -1

    /// The meaning of a name in any of its usual spellings; nil where it is not known.
    init?(of name: String) {
        if let field = ImportField(written: name), field != .ignored {
            self.init(field, rank: ColumnMeaning.own)
            return
        }
        let plain = ColumnMeaning.plain(name)
        guard let numbered = ColumnMeaning.known[plain] ?? ColumnMeaning.numbered(plain) else {
            return nil
        }
        self = numbered
    }

    init(_ field: ImportField, rank: Int) {
        self.field = field
        self.rank = rank
    }

    /// A name without case, accents, spaces and signs.
    static func plain(_ name: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in SearchText.folded(name).unicodeScalars
        where scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
            plain.append(scalar)
        }
        return String(plain)
    }

    /// Whether a name is one of those over columns with a company.
    static func isCompany(_ name: String) -> Bool { companies.contains(plain(name)) }

    private static let companies = Set(
        words(
            """
            company companyname organization organizationname organization1name organisation \
            organisationname firma firmenname unternehmen empresa compania entreprise societe \
            azienda societa ditta
            """))

    /// `Phone 2 - Value` of Google Contacts, `E-mail 3 Address` of Outlook.
    private static func numbered(_ plain: String) -> ColumnMeaning? {
        for (prefix, field) in [("email", ImportField.email), ("phone", .phone)]
        where plain.hasPrefix(prefix) {
            let rest = plain.dropFirst(prefix.count)
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(digits), (1...20).contains(number) else { continue }
            guard ["", "value", "address", "number"].contains(rest.dropFirst(digits.count)) else {
                continue
            }
            return ColumnMeaning(field, rank: 100 + number)
        }
        return nil
    }

    private static let known: [String: ColumnMeaning] = {
        var known: [String: ColumnMeaning] = [:]
        for (field, names) in spellings {
            for (rank, name) in names.enumerated() {
                known[name] = ColumnMeaning(field, rank: rank)
            }
        }
        return known
    }()

    private static let spellings: [(field: ImportField, names: [String])] = [
        (
            .phone,
            words(
                """
                phone phonenumber mobile mobilephone mobilenumber mobilephonenumber cell cellphone \
                cellphonenumber cellular whatsapp whatsappnumber whatsappphone msisdn telephone \
                telephonenumber tel phoneno contactnumber primaryphone defaultaddressphone \
                phonemobile telefonnummer telefon telefonmobil mobiltelefon handy handynummer \
                rufnummer mobil mobiltelnr telefono celular movil telefonomovil numerodetelefono \
                telefone telemovel cellulare numeroditelefono portable telephoneportable \
                telephonemobile numerodetelephone homephone telefonprivat privtelnr \
                businessphone workphone companyphone telefongeschaftlich dienstltelnr
                """)
        ),
        (
            .email,
            words(
                """
                email emailaddress mail mailaddress primaryemail primareemailadresse emailadresse \
                mailadresse correo correoelectronico courriel adresseemail adressemail \
                adresseelectronique posta postaelettronica indirizzoemail
                """)
        ),
        (
            .name,
            words(
                """
                name fullname displayname contactname customername customer contact \
                vollstandigername anzeigename nombrecompleto nomcomplet nomecompleto
                """)
        ),
        (
            .givenName,
            words("givenname firstname forename given vorname nombre prenom nome primeironome")
        ),
        (.middleName, words("middlename additionalname weiterevornamen segundonombre")),
        (
            .familyName,
            words(
                """
                familyname lastname surname family nachname familienname apellido apellidos nom \
                nomdefamille cognome sobrenome apelido
                """)
        ),
        (.namePrefix, words("nameprefix honorificprefix")),
        (.nameSuffix, words("namesuffix honorificsuffix suffix")),
        (
            .tags,
            words(
                """
                tags tag labels label categories category groups groupmembership etiquetas \
                etiqueta etiquettes kategorien kategorie schlagworter categorias categorie
                """)
        ),
        (.id, words("id contactid uid uuid")),
        (.source, words("source")),
        (.metadata, words("metadata")),
    ]

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
