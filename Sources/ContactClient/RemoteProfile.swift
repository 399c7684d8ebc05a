/// One remote workspace and how it is reached.
package struct RemoteProfile: Sendable {
    /// How titles name it.
    package var title: String
    /// Where the server is.
    package var address: ServerAddress
    /// Who asks.
    package var token: TokenSlot
    /// What the requests say they come from, such as `patchbook/1.0`.
    package var agent: String
    /// How long one whole exchange may take, its answer's last byte included.
    package var deadline: Duration
    /// How long a connection may take to be made.
    package var connectTimeout: Duration
    /// The most bytes an answer may have, unpacked.
    package var answerLimit: Int
    /// The proxy that leads there.
    package var proxies: ProxySettings
    /// A PEM file with authorities that are trusted beside the system's.
    package var certificateFile: String?
    /// A folder in which our processes share what they know of quotas; nil shares nothing.
    package var quotaFolder: String?
    /// How calls wait for their turn.
    package var pacing: RemotePacing
    /// The most calls of runs that are under way at once.
    package var width = 8

    /// A profile with customary limits.
    package init(
        title: String, address: ServerAddress, token: TokenSlot, agent: String = "patchbook",
        deadline: Duration = .seconds(30), connectTimeout: Duration = .seconds(10),
        answerLimit: Int = 8 << 20, proxies: ProxySettings = .none,
        certificateFile: String? = nil, quotaFolder: String? = nil,
        pacing: RemotePacing = RemotePacing()
    ) {
        self.title = title
        self.address = address
        self.token = token
        self.agent = agent
        self.deadline = deadline
        self.connectTimeout = connectTimeout
        self.answerLimit = answerLimit
        self.proxies = proxies
        self.certificateFile = certificateFile
        self.quotaFolder = quotaFolder
        self.pacing = pacing
    }

    /// A profile whose token is there.
    package init(
        title: String, address: ServerAddress, token: Token,
        pacing: RemotePacing = RemotePacing()
    ) {
        self.init(title: title, address: address, token: TokenSlot(token), pacing: pacing)
    }

    /// What is known of the quota of one part of the service, which counts by itself.
    func ledger(of part: String) -> RemoteLedger {
        let (folder, origin, slot) = (quotaFolder, address.origin, token)
        return RemoteLedger(deadline: deadline) {
            guard let folder, let token = slot.token else { return nil }
            return RemoteLedger.path(in: folder, origin: origin, token: token, part: part)
        }
    }
}

/// Why a profile cannot be used.
package enum ProfileFlaw: Error, Hashable, Sendable {
    /// The address is not `https://host[:port][/path]`.
    case address(String)
    /// Without encryption the token would be readable on the way to another machine.
    case plainHTTP(host: String)
    /// The proxy's variable is not `http://[user:password@]host:port`; not repeated here, since
    /// it may hold a password.
    case proxy
    /// No certificates can be read from the file.
    case certificates(path: String)
    /// The program was built without the package trait `Network`.
    case noNetwork
}
