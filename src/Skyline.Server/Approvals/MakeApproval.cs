using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Notices;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Approvals;

/// <param name="Request">As it came, to be carried out when somebody agrees; null: a build goes into its tag.</param>
/// <param name="Token">That was shown, and what that is for; null: all.</param>
/// <param name="Takes">Of a request.</param>
sealed record WantedApproval(long Maker, string Act, string Needs, KeptRequest? Request, long? Build, HeldBack Held, long? Token = null, string? Scopes = null, WhatItTakes? Takes = null);

sealed record KeptRequest(string Method, string Door, string Path, string Route, string Query, string? ContentType, byte[] Body);

/// <summary>What was held back becomes something that waits for a second person, and those who can agree are told.</summary>
static class MakeApproval
{
    const int MostTold = 50, MostOfOne = 200;
    public const long GoodFor = 7L * 86_400_000;

    /// <summary>The caller rings <see cref="Bells.Notices"/> and <see cref="Bells.Approvals"/> after its transaction.</summary>
    public static (long? Id, Refusal? Why) Put(IDbTransaction tx, WantedApproval wanted, long now)
    {
        var (held, request) = (wanted.Held, wanted.Request);
        // Who asks again for the same is led to what waits already.
        if (tx.One<long?>("SELECT id FROM approvals WHERE state = 'Waiting' AND expires_at > @now AND made_by = @Maker AND digest = @Digest AND coalesce(door, '') = @door", new { now, wanted.Maker, held.Digest, door = request?.Door ?? "" }) is { } same) return (same, null);
        if (tx.One<long>("SELECT count(*) FROM approvals WHERE state = 'Waiting' AND expires_at > @now AND made_by = @Maker", new { now, wanted.Maker }) >= MostOfOne)
            return (null, new(429, $"{MostOfOne} things that you asked for wait for a second person, and no more do; withdraw some, or wait until they are decided (skyline approval list)."));
        var id = tx.One<long>("""
            INSERT INTO approvals (made_by, token_id, scopes, made_at, expires_at, act, needs, method, door, path, route, query, content_type, body, build_id, changes, digest)
            VALUES (@Maker, @Token, @Scopes, @now, @expires, @Act, @Needs, @Method, @Door, @Path, @Route, @Query, @ContentType, @Body, @Build, @Changes, @Digest) RETURNING id
            """, new
        {
            wanted.Maker, wanted.Token, wanted.Scopes, now, expires = now + GoodFor, wanted.Act, wanted.Needs, request?.Method, request?.Door, request?.Path, request?.Route, request?.Query, request?.ContentType, request?.Body, wanted.Build, Changes = wanted.Takes?.Beside(held.Changes) ?? held.Changes, held.Digest,
        });
        foreach (var (tag, moment) in held.Tags) tx.Execute("INSERT INTO approval_tags (approval_id, tag_id, event) VALUES (@id, @tag, @moment)", new { id, tag, moment });
        tx.Note("waits for a second person", $"approval {id}", null, new { wanted.Act, held.Digest }, id);
        Tell(tx, ApprovalRow.Find(tx.Connection!, id)!, now);
        return (id, null);
    }

    static void Tell(IDbTransaction tx, ApprovalRow row, long now)
    {
        foreach (var person in WhoMayAgree.All(tx.Connection!, row, now, MostTold))
            Notify.Put(tx, person, NoticeKind.Approval, $"{row.Maker} asks for a second person: {row.Act}. See what differs, and agree or refuse.", $"/approvals/{row.Id}", now, row.TagIds(tx.Connection!).Cast<long?>().FirstOrDefault());
    }

    const int MostNamed = 5;

    /// <summary>Who must do what.</summary>
    static string Who(IDbConnection db, ApprovalRow row, long now)
    {
        var names = WhoMayAgree.All(db, row, now, MostNamed + 1).Select(person => db.One<string>("SELECT name FROM users WHERE id = @person", new { person })).ToList();
        return names.Count switch
        {
            0 => "Nobody here can agree: it takes somebody else who may do it too, and whose account you did not make within the last days; on the host, skyline-server waive-second-person lets you do without. See what differs",
            1 => $"{names[0]} can see what differs, and agree",
            _ => $"{string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? " or others" : "")} can see what differs, and one of them agree",
        };
    }

    /// <summary>What a change's answer is, while it waits.</summary>
    public static HeldChange Answer(IDbConnection db, long id, long now)
    {
        var row = ApprovalRow.Find(db, id)!;
        return new(id, $"Nothing is changed yet: {row.Act}, which needs a second person. {Who(db, row, now)} (skyline approval show {id}, or the page /approvals/{id}) until {row.ExpiresAt.ToTime().UtcDateTime:yyyy-MM-dd HH:mm} UTC.", row.Digest, row.ExpiresAt.ToTime());
    }
}
