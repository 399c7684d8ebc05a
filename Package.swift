// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "patchbook",
    targets: [
        .target(name: "JSONText", swiftSettings: settings),
        .target(name: "CPlatform"),
        .target(name: "CResources"),
        .target(
            name: "ContactStore", dependencies: ["CPlatform", "ContactModel", "JSONText"],
            swiftSettings: settings),
        .target(
            name: "ContactClient", dependencies: ["ContactModel", "ContactStore", "JSONText"],
            swiftSettings: settings),
        .target(name: "ContactModel", dependencies: ["JSONText"], swiftSettings: settings),
        .target(
            name: "ContactUI", dependencies: ["ContactModel", "JSONText", "Screen"],
            swiftSettings: settings),
        .target(name: "Screen", swiftSettings: settings),
        .testTarget(name: "ScreenTests", dependencies: ["Screen"], swiftSettings: settings),
    ]
)
