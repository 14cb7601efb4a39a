using Skyline.Protocol;

namespace Skyline.Server.Mail;

/// <summary>The one table of what people can be written to about: its word, what it is, and whether it is chosen where nobody has.</summary>
static class MailKinds
{
    /// <summary>Always sent, and at once.</summary>
    public const string Security = "security";
    public const string BuildFailed = "build-failed", BuildSucceeded = "build-succeeded";

    public static readonly IReadOnlyList<(string Word, string What, bool Usual)> All =
    [
        (BuildFailed, "a build of yours failed", true),
        (BuildSucceeded, "a build of yours succeeded", false),
        ("package-fails", "a scheduled run found that a package of yours fails, or builds again, or why", true),
        ("side-tag-expires", "a side tag of yours is about to be removed", true),
        ("approval", "somebody needs your approval, or has decided on what you asked for", true),
        ("token-expires", "a token of yours is about to be over", true),
        ("webhook-disabled", "a webhook of yours takes nothing and was disabled", true),
    ];

    /// <summary>What a notice is in the words of choices.</summary>
    public static string Of(NoticeKind kind) => kind switch
    {
        NoticeKind.Fails or NoticeKind.BuildsAgain or NoticeKind.Guilty => "package-fails",
        NoticeKind.SideTagExpires => "side-tag-expires",
        NoticeKind.WebhookDisabled => "webhook-disabled",
        NoticeKind.TokenExpires => "token-expires",
        NoticeKind.Approval => "approval",
        // Safety, and whatever else nobody has a choice about.
        _ => Security,
    };

    /// <summary>Which events say so, in the words of <see cref="Told.EventNames"/>; null: it comes as a notice.</summary>
    public static string? EventOf(string word) => word switch { BuildFailed => "build.failed", BuildSucceeded => "build.finished", _ => null };
}
