using System.Data;
using Skyline.Protocol;
using Skyline.Server.Histories;
using Skyline.Server.Told;

namespace Skyline.Server.Mail;

/// <summary>What somebody is written to about a build of theirs that is over, where they chose that.</summary>
sealed record OfMyBuild(long Person, string Kind, string Sentence, string Link)
{
    public static OfMyBuild? Of(IDbConnection db, Happening happened, Telling told)
    {
        if (told is not { Data.Build: { } build, OwnerId: { } owner } || !MayBeTold.Of(db, owner, told.TagId, told.BuildTagId)) return null;
        return happened.Event switch
        {
            "build.failed" => new(owner, MailKinds.BuildFailed, $"{build.Nvr} failed (build {build.Id}): {FirstLine.Of(build.Why)}", $"/builds/{build.Id}"),
            "build.finished" => new(owner, MailKinds.BuildSucceeded, $"{build.Nvr} is built (build {build.Id}).", $"/builds/{build.Id}"),
            _ => null,
        };
    }
}
