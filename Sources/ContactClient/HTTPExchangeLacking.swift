#if !Network

/// Stands in a build without the network: there is never one, so nothing can be sent.
struct HTTPExchange: Sendable {
    private let none: Never

    /// - Throws: always `ProfileFlaw.noNetwork`.
    init(_ profile: RemoteProfile) throws(ProfileFlaw) {
        throw .noNetwork
    }

    func send(_ call: APICall) async throws(ClientError) -> Answer { switch none {} }

    func nearby<T: Sendable>(_ body: () async -> T) async -> T { await body() }

    func close() async {}
}

#endif
