import ContactClient
import ContactModel
import Testing

@Suite struct ProfileTests {
    @Test(arguments: [
        ("https://www.qyvo.io", "https://www.qyvo.io", ""),
        ("https://Shop.Example.com/", "https://shop.example.com", ""),
        (" https://shop.example.com:8443/crm/api/v1/\n", "https://shop.example.com:8443", "/crm"),
        ("HTTPS://shop.example.com:443/api/v1", "https://shop.example.com", ""),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", ""),
        ("http://localhost:80", "http://localhost", ""),
        ("http://[::1]:8080/a/b/", "http://[::1]:8080", "/a/b"),
    ])
    func addressesAreReadAsPeopleWriteThem(
        _ written: String, _ origin: String, _ prefix: String
    ) throws {
        let address = try ServerAddress(written)
        #expect(address.origin == origin)
        #expect(address.prefix == prefix)
    }

    @Test(arguments: [
        "", "shop.example.com", "ftp://shop.example.com", "https://", "https://:443",
        "https://shop.example.com:0", "https://shop.example.com:99999", "https://a b",
        "https://user:secret@shop.example.com", "https://shop.example.com/?x", "https://[::1",
        "https://münchen.example", "https://shop.example.com/#a", "https://a\u{0}b", "https://[x]",
    ])
    func whatIsNoAddressIsRefused(_ written: String) {
        #expect(throws: ProfileFlaw.address(written)) { try ServerAddress(written) }
    }

    @Test func plainHTTPStaysOnThisMachine() throws {
        for host in ["shop.example.com", "127.evil.example", "127.0.0.1.evil.example", "10.0.0.1"] {
            #expect(throws: ProfileFlaw.plainHTTP(host: host)) {
                try ServerAddress("http://\(host)")
            }
        }
        #expect(try ServerAddress("http://10.0.0.1", insecure: true).isSecure == false)
    }

    @Test func tokensDoNotShowThemselves() throws {
        let secret = "pat-canary-0123456789"
        let token = try #require(Token("  \(secret)\r\n"))
        #expect(token.secret == secret)
        var dumped = ""
        dump(token, to: &dumped)
        let profile = RemoteProfile(title: "shop", address: .standard, token: token)
        dump(profile, to: &dumped)
        let shown = "\(token) \(String(reflecting: token)) \(profile) \(dumped)"
        #expect(!shown.contains("canary"))
        #expect(dumped.contains("shop"), "a search that finds nothing would find nothing here")
        for flawed in ["", " \n", "two words", "line\u{A}feed", "t\u{F6}ken", "a\u{0}b"] {
            #expect(Token(flawed) == nil)
        }
    }

    @Test func proxiesComeFromTheCustomaryVariables() throws {
        let shop = try ServerAddress("https://shop.example.com")
        func route(_ environment: [String: String]) throws -> String? {
            try ProxySettings(environment: environment).route(to: shop).map {
                "\($0.user ?? "-"):\($0.password)@\($0.host):\($0.port)"
            }
        }
        #expect(try route([:]) == nil)
        #expect(try route(["HTTPS_PROXY": "http://proxy:3128"]) == "-:@proxy:3128")
        #expect(try route(["https_proxy": "proxy.example:3128/"]) == "-:@proxy.example:3128")
        #expect(
            try route(["https_proxy": "http://me:p%40ss:w@proxy"]) == "me:p@ss:w@proxy:80")
        #expect(try route(["https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:2"]) == "-:@a:1")
        for spared in ["*", "example.com", ".example.com", "x, shop.example.com:443"] {
            #expect(try route(["https_proxy": "http://a:1", "no_proxy": spared]) == nil)
        }
        for other in ["ample.com", "shop.example.com:8443", "example.com.evil", ""] {
            #expect(try route(["https_proxy": "http://a:1", "NO_PROXY": other]) != nil)
        }
        #expect(throws: ProfileFlaw.proxy) { try route(["https_proxy": "socks5://a:1"]) }
        let here = try ServerAddress("https://127.0.0.1:8443")
        #expect(
            try ProxySettings(environment: ["https_proxy": "http://a:1"]).route(to: here) == nil)
    }

    @Test func aCertificateFileMustHoldSome() throws {
        let token = try #require(Token("pat"))
        var profile = RemoteProfile(title: "shop", address: .standard, token: token)
        profile.certificateFile = "/dev/null"
        #expect(throws: ProfileFlaw.certificates(path: "/dev/null")) {
            try RemoteClient(profile: profile)
        }
    }
}
