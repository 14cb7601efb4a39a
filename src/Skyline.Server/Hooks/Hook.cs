using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Hooks;

/// <summary>A hook as it is kept.</summary>
sealed record Hook
{
    public long Id { get; init; }
    public required string Key { get; init; }
    public required string Name { get; init; }
    public required string ForgeText { get; init; }
    public required string Url { get; init; }
    public long TargetId { get; init; }
    public required string Target { get; init; }
    public string? MethodText { get; init; }
    public required string Subdirectory { get; init; }
    public required string BranchText { get; init; }
    public required string TagText { get; init; }
    public required string PathText { get; init; }
    public required string PullRequestsText { get; init; }
    public bool Scratch { get; init; }
    public long OwnerId { get; init; }
    public required string Owner { get; init; }
    public long SecretId { get; init; }
    public long? EarlierSecretId { get; init; }
    public long? EarlierUntil { get; init; }
    public long? ForgeTokenId { get; init; }
    public string? Api { get; init; }
    public required string Server { get; init; }
    public long CreatedAt { get; init; }

    public Forge Forge => Enum.Parse<Forge>(ForgeText);

    public SourceMethod? Method => MethodText is null ? null : Enum.Parse<SourceMethod>(MethodText);

    public PullRequestsOf PullRequests => Enum.Parse<PullRequestsOf>(PullRequestsText);

    public IReadOnlyList<string> Branches => Lines(BranchText);

    public IReadOnlyList<string> Tags => Lines(TagText);

    public IReadOnlyList<string> Paths => Lines(PathText);

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    const string Select = """
        SELECT h.id AS Id, h.key AS Key, h.name AS Name, h.forge AS ForgeText, h.url AS Url, h.target_id AS TargetId, t.name AS Target, h.method AS MethodText, h.subdirectory AS Subdirectory, h.branches AS BranchText, h.tags AS TagText,
          h.paths AS PathText, h.pull_requests AS PullRequestsText, h.scratch AS Scratch, h.owner_id AS OwnerId, u.name AS Owner, h.secret_id AS SecretId, h.earlier_secret_id AS EarlierSecretId, h.earlier_until AS EarlierUntil,
          h.forge_token_id AS ForgeTokenId, h.api AS Api, h.server AS Server, h.created_at AS CreatedAt
        FROM hooks h JOIN targets t ON t.id = h.target_id JOIN users u ON u.id = h.owner_id
        WHERE h.removed_at IS NULL
        """;

    public static Hook? OfKey(IDbConnection db, string key) => db.One<Hook>(Select + " AND h.key = @key", new { key });

    public static Hook? Of(IDbConnection db, long id) => db.One<Hook>(Select + " AND h.id = @id", new { id });

    /// <param name="person">Whose it must be; null: anybody's.</param>
    public static Hook? Find(IDbConnection db, string name, long? person) => db.One<Hook>(Select + " AND h.name = @name AND (@person IS NULL OR h.owner_id = @person)", new { name, person });

    public static IReadOnlyList<Hook> All(IDbConnection db, long? person) => db.All<Hook>(Select + " AND (@person IS NULL OR h.owner_id = @person) ORDER BY h.name", new { person });

    public static Refusal None(string name) => new(404, $"You have no hook '{name}'; `skyline hook list` shows those that you have.");
}
