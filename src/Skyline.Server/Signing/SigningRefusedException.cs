namespace Skyline.Server.Signing;

/// <summary>Nothing can be signed now, and why; what is published goes on being served.</summary>
public sealed class SigningRefusedException(string sentence) : Exception(sentence);
