using Skyline.Protocol;

namespace Skyline.Server.MassRebuilds;

static class FailureWords
{
    /// <summary>What pages call a kind of failure.</summary>
    public static string Of(FailureKind kind) => kind switch
    {
        FailureKind.MissingRequirement => "BuildRequires missing",
        FailureKind.CompileError => "does not compile",
        FailureKind.TestFailure => "tests fail",
        FailureKind.PatchFailure => "%prep fails",
        FailureKind.Files => "%files do not agree",
        FailureKind.Spec => "the spec",
        FailureKind.Release => "the release cannot be raised",
        FailureKind.Limit => "over a limit",
        FailureKind.Infrastructure => "builders were lost",
        FailureKind.Refused => "refused",
        _ => "otherwise",
    };
}
