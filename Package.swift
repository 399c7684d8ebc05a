// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    // The types of a program are found by their names at run time otherwise, each after a search
    // through all conformances: a millisecond of the way to the first screen.
    .unsafeFlags(
        ["-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors"],
        .when(configuration: .release)),
]

/// How the installed program is linked. What other libraries would look up in it is left out and
/// its place in memory is fixed, so that next to nothing is looked up or moved when it starts; the
/// C++ and compression libraries are put into it (see `config/linking`), so that it runs wherever
/// ncurses and libc are.
let linking: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xclang-linker", "-no-pie", "-Xclang-linker", "-static-libgcc",
            "-Xclang-linker", "-Wl,--no-export-dynamic",
            "-L", Context.packageDirectory + "/config/linking",
        ],
        .when(platforms: [.linux], configuration: .release))
]

/// What only speaking HTTP needs.
func network(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: ["Network"]))
}

let package = Package(
    name: "patchbook",
    traits: [
        .trait(
            name: "Network",
            description: "Remote workspaces and serve; without it only files are edited."),
        .default(enabledTraits: ["Network"]),
    ],
    dependencies: [
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        // Without its traits: they bring in Foundation and a reader of configuration files.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1",
            traits: []),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        .executableTarget(
            name: "patchbook",
            dependencies: [
                "CPlatform", "CResources", "ContactClient", "ContactFormats", "ContactModel",
                "ContactServer", "ContactStore", "ContactUI", "JSONText", "Screen", "TOMLText",
                "TerminalKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings, linkerSettings: linking),
        .executableTarget(
            name: "patchbook-bench",
            dependencies: [
                "CPlatform", "ContactModel", "ContactStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .target(name: "JSONText", swiftSettings: settings),
        .target(name: "TOMLText", swiftSettings: settings),
        .target(name: "CPlatform"),
        .target(name: "CRecords"),
        .target(name: "CResources"),
        .target(
            name: "ContactStore",
            dependencies: ["CPlatform", "CRecords", "ContactModel", "JSONText"],
            swiftSettings: settings),
        .target(
            name: "ContactClient",
            dependencies: [
                "ContactModel", "ContactStore", "JSONText",
                network("AsyncHTTPClient", "async-http-client"),
                network("NIOCore", "swift-nio"),
                network("NIOHTTP1", "swift-nio"),
                network("NIOHTTPCompression", "swift-nio-extras"),
                network("NIOPosix", "swift-nio"),
                network("NIOSSL", "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .target(
            name: "ContactFormats", dependencies: ["ContactModel", "JSONText"],
            swiftSettings: settings),
        .target(
            name: "ContactServer",
            dependencies: [
                "ContactClient", "ContactModel", "JSONText",
                network("HummingbirdCore", "hummingbird"),
                network("Logging", "swift-log"),
                network("NIOCore", "swift-nio"),
                network("NIOHTTP1", "swift-nio"),
                network("NIOPosix", "swift-nio"),
                network("UnixSignals", "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .target(name: "ContactModel", dependencies: ["JSONText"], swiftSettings: settings),
        .target(
            name: "ContactUI", dependencies: ["ContactModel", "JSONText", "Screen"],
            swiftSettings: settings),
        .target(name: "Screen", swiftSettings: settings),
        .target(
            name: "CCurses",
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(
            name: "TerminalKit", dependencies: ["CCurses", "Screen"], swiftSettings: settings),
        .target(
            name: "TestGround", dependencies: ["ContactModel", "ContactServer"],
            path: "Tests/TestGround",
            swiftSettings: settings),
        .testTarget(
            name: "ContactClientTests",
            dependencies: [
                "ContactClient", "ContactModel", "ContactServer", "JSONText", "TestGround",
                network("NIOCore", "swift-nio"),
                network("NIOPosix", "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ContactFormatsTests",
            dependencies: [
                "ContactClient", "ContactFormats", "ContactModel", "JSONText", "TestGround",
                "patchbook",
            ],
            exclude: ["Goldens"], swiftSettings: settings),
        .testTarget(
            name: "ContactServerTests",
            dependencies: [
                "ContactClient", "ContactModel", "ContactServer", "JSONText", "TestGround",
                network("NIOCore", "swift-nio"),
                network("NIOPosix", "swift-nio"),
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "JSONTextTests", dependencies: ["JSONText", "TestGround"],
            swiftSettings: settings),
        .testTarget(
            name: "TOMLTextTests", dependencies: ["TOMLText", "TestGround"],
            swiftSettings: settings),
        .testTarget(
            name: "ContactModelTests", dependencies: ["ContactModel", "JSONText", "TestGround"],
            swiftSettings: settings),
        .testTarget(
            name: "ContactStoreTests",
            dependencies: ["ContactModel", "ContactStore", "JSONText", "TestGround"],
            swiftSettings: settings),
        .testTarget(
            name: "ContactUITests",
            dependencies: ["ContactModel", "ContactUI", "JSONText", "Screen", "TestGround"],
            exclude: ["Goldens"], swiftSettings: settings),
        .testTarget(
            name: "PatchbookTests",
            dependencies: ["ContactModel", "ContactUI", "Screen", "TestGround", "patchbook"],
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests", dependencies: ["JSONText", "TestGround", "patchbook"],
            exclude: ["Goldens"], swiftSettings: settings),
        .testTarget(name: "RepositoryTests", swiftSettings: settings),
        .testTarget(
            name: "ScreenTests", dependencies: ["Screen", "TestGround"], swiftSettings: settings),
        .testTarget(
            name: "TerminalKitTests",
            dependencies: [
                "CCurses", "ContactModel", "ContactUI", "JSONText", "Screen", "TerminalKit",
                "TestGround",
            ],
            swiftSettings: settings),
    ]
)
