## What is told of the local authority while hello runs, and to phones.

serving-authority = hello hands its certificate to phones
not-trusted-yet = browsers warn until `hello trust`
phone-android = Android: point the camera at it, open the page and take the file; then, in Settings, search for "CA certificate", and choose the file (Downloads).
phone-iphone = iPhone: open the page in Safari, allow the profile, install it in Settings, General, VPN & Device Management; then switch it on in Settings, General, About, Certificate Trust Settings.
phone-sum = The way to the phone is not sealed yet: before it is installed, compare its SHA-256 sum there (in the details) with this one.

## The page for phones: `hello trust --phone`.

phone-page-title = Trust this computer
phone-page-lead = hello on this computer speaks https with certificates of its own. With this one, your phone accepts them: for this computer's names and private addresses, and for nothing else.
phone-page-name = In the settings it is called:
phone-page-undo = Take it out of the settings when you no longer need it.
phone-page-android = Android: take this file; then, in Settings, search for "CA certificate", and choose it:
phone-page-iphone = iPhone: allow this profile, install it in Settings, General, VPN &amp; Device Management; then switch it on in Settings, General, About, Certificate Trust Settings:
