namespace Skyline.Protocol;

/// <summary>A side tag that is wanted.</summary>
/// <param name="Note">What it is for, for people.</param>
/// <param name="Days">How long it stays; null: as the server's settings say of tags that are empty, idle or old.</param>
/// <param name="Target">The target that it is made beside.</param>
public sealed record NewSideTag(string? Note = null, int? Days = null, string? Target = null);
