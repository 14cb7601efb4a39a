namespace Skyline.Protocol;

/// <param name="Admin">May administer: tags, targets, builders, keys.</param>
public sealed record NewPerson(string Name, bool Admin = false);

/// <param name="Token">Shown this once; the server keeps its hash only.</param>
public sealed record AddedPerson(string Name, string Token);
