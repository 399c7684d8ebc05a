import ContactModel

/// The contacts that lists of names name, in the order of the file whatever that of the lists.
///
/// A step on 1,000,000 contacts names them in 585 lists. Read list by list, each contact by itself,
/// they took 3.5 s; so most of them are told by their ids, which are read ahead, and take 0.5 s.
struct NamedContacts {
    /// A contact that a name may mean.
    struct Claim {
        let number: Int32
        let list: Int32
        /// The place of the name in its list.
        let index: Int32
        /// Whether nobody else can be meant.
        let isSure: Bool
    }

    /// What is known of the contact that a name means.
    enum Meaning {
        /// There is none.
        case nobody
        /// Only its text tells how it stands.
        case alone
        case standing(SharedRows.Ground)
    }

    let claims: [Claim]
    private let lists: [ContactNames]
    private var rows: SharedRows
    private var heads: HeadsAhead?

    init(_ lists: [ContactNames], of snapshot: Snapshot) {
        self.lists = lists
        var claims: [Claim] = []
        claims.reserveCapacity(lists.reduce(0) { $0 + $1.count })
        for (list, names) in lists.enumerated() { snapshot.claim(names, Int32(list), &claims) }
        claims.sort { ($0.number, $0.list, $0.index) < ($1.number, $1.list, $1.index) }
        self.claims = claims
        rows = SharedRows(snapshot, wanted: claims.count)
        let columns = snapshot.base.columns
        guard claims.count > columns.count / HeadsAhead.leastShare else { return }
        var wanted = RecordBits(limit: columns.count)
        for claim in claims where claim.number < columns.count { wanted.insert(Int(claim.number)) }
        heads = HeadsAhead(wanted, of: snapshot, among: claims.map(\.number), through: &rows)
    }

    /// What is known of a contact; claims are asked for in their order.
    mutating func meaning(of claim: Claim, in snapshot: Snapshot) -> Meaning {
        guard snapshot.holds(claim.number) else { return .nobody }
        let (names, index) = (lists[Int(claim.list)], Int(claim.index))
        if let id = heads?.quotedID(of: Int(claim.number)), names.isQuoted(index, as: id),
            snapshot.edited[claim.number] == nil,
            let ground = rows.grounds.ground(of: claim.number, in: snapshot.shared)
        {
            return .standing(ground)
        }
        guard claim.isSure || rows.isBorne(names, index, by: Int(claim.number)) else {
            return .nobody
        }
        return rows.row(claim.number, of: snapshot).map { .standing($0.ground) } ?? .alone
    }

    /// How contacts stand that have this in common.
    func standing(
        on ground: SharedRows.Ground, in snapshot: Snapshot
    ) -> SharedLayer.Standing {
        rows.standing(on: ground, in: snapshot)
    }
}

/// What is known of contacts that stand alike and that one list names: nearly always all of them.
struct ListedGrounds<Value> {
    private struct Place: Hashable {
        let list: Int32
        let ground: SharedRows.Ground
    }

    private var latest: [(ground: SharedRows.Ground, value: Value)?]
    private var all: [Place: Value] = [:]

    init(lists: Int) {
        latest = Array(repeating: nil, count: lists)
    }

    /// What is known already, or is found out now.
    mutating func value(
        _ list: Int32, _ ground: SharedRows.Ground, else find: () -> Value
    ) -> Value {
        if let latest = latest[Int(list)], latest.ground == ground { return latest.value }
        let place = Place(list: list, ground: ground)
        let value = all[place] ?? find()
        all[place] = value
        latest[Int(list)] = (ground, value)
        return value
    }
}

extension Snapshot {
    /// Carries out changes of very many; contacts that are not there any more are passed over.
    mutating func apply(_ changes: [SharedChange]) {
        guard !changes.isEmpty else { return }
        var named = NamedContacts(changes.map(\.names), of: self)
        let areOfTags = changes.map { $0.retagging != nil }
        var places = ListedGrounds<Int>(lists: changes.count)
        for claim in named.claims {
            let list = Int(claim.list)
            switch named.meaning(of: claim, in: self) {
            case .nobody: continue
            case .standing(let ground) where areOfTags[list]:
                let place = places.value(claim.list, ground) {
                    let standing = named.standing(on: ground, in: self)
                    return shared.add(standing.after(changes[list].writes))
                }
                shared.put(place, at: claim.number)
            case .standing, .alone:
                if let single = changes[list].change(Int(claim.index)) { apply(single) }
            }
        }
    }

    /// The number of the contact that each name of some lists means; nil where there is none.
    func numbers(of lists: [ContactNames]) -> [[Int32?]] {
        var numbers = lists.map { [Int32?](repeating: nil, count: $0.count) }
        var named = NamedContacts(lists, of: self)
        for claim in named.claims {
            if case .nobody = named.meaning(of: claim, in: self) { continue }
            numbers[Int(claim.list)][Int(claim.index)] = claim.number
        }
        return numbers
    }

    /// Notes the contacts that the names of a list may mean.
    fileprivate func claim(
        _ names: ContactNames, _ list: Int32, _ claims: inout [NamedContacts.Claim]
    ) {
        func note(_ number: Int32, _ index: Int, isSure: Bool) {
            claims.append(
                NamedContacts.Claim(
                    number: number, list: list, index: Int32(index), isSure: isSure))
        }
        let likely = base.keys.likelyRecords(of: names)
        for index in 0..<names.count {
            let isAdded = names.withText(index) { addedKeys.hold($0, names.kind) }
            switch isAdded ? LikelyRecord.several : likely[index] {
            case .one(let number): note(number, index, isSure: false)
            case .none where names.kind == .ids: continue
            // A number may be written otherwise.
            case .none, .several:
                guard let key = names.key(index), let number = try? number(of: key) else {
                    continue
                }
                note(number, index, isSure: true)
            }
        }
    }
}
