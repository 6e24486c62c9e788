import type { faceErrorsFa, faceFa } from './face-fa.ts'

/** Level 3 in English. */
export const faceEn: typeof faceFa = {
  consentTitle: 'Show that it is you',
  consentText:
    'This service must be sure that you yourself are asking. Two short things, about two minutes:',
  consentSteps: [
    'You take a picture of your smart national card with the camera.',
    'You look at the camera for some seconds and turn your head slowly.',
  ],
  consentReady:
    'Have your card ready and be in a bright place. Head covering and glasses are fine; only take off sunglasses and masks.',
  consentFacts: [
    {
      ask: 'What is taken?',
      answer: 'A picture of the card and some pictures of your face. No sound is taken.',
    },
    {
      ask: 'What for?',
      answer:
        'Only to see that you are the holder of the card, and in front of the camera right now.',
    },
    {
      ask: 'For how long?',
      answer:
        'The pictures are only in the working memory, and are wiped as soon as the result is known.',
    },
    {
      ask: 'What is kept?',
      answer:
        'The result, the scores, the version of the software and the time. The service gets no picture of you.',
    },
    {
      ask: 'And if I do not want this?',
      answer: 'Cancel, and ask the service how to do it in person. It does you no harm.',
    },
  ],
  agree: 'I agree, let us start',
  handOver: 'Continue on my phone',
  handOverHint: 'If this device has no camera.',

  cardTitle: 'Show your national card',
  cardText:
    'Lay the smart national card, portrait side up, on something dark and flat, and hold the camera above it. The picture is taken by itself.',
  openCamera: 'Open the camera',
  cardReady: 'Card at hand? Open the camera',
  cardView: 'Picture of the camera; the card should be inside the frame.',
  uploadTitle: 'I will send a picture of the card',
  uploadLabel: 'Picture of the card’s front',
  uploadHint: 'Take one with your phone, or choose one: JPEG, PNG or WebP, up to 4 megabytes.',
  upload: 'Send the picture',

  livenessTitle: 'Look at the camera',
  livenessText:
    'Hold the camera level with your eyes. Press “Start” and slowly do what you are told.',
  gentleText:
    'Keep your head still and move the phone slowly around your face, to the side that you are told. Somebody else may hold the phone for you.',
  start: 'Start',
  faceReady: 'Ready? Press “Start”',
  faceView: 'Picture of the camera; your face should be inside the oval.',
  gentle: 'I cannot turn my head',
  turning: 'I can turn my head',
  secondsAllowed: (count) =>
    `You have ${count} seconds once it begins; if it fails, you try again.`,
  needsScript:
    'This needs JavaScript and a camera. Please continue on your phone or in another browser.',

  voice: 'Voice guide',

  camera: {
    starting: 'The camera is opening. If the browser asks, please allow it.',
    denied:
      'The camera was not allowed. Press the sign beside the page’s address, allow the camera and try again.',
    none: 'No camera was found on this device. Continue on your phone.',
    in_use: 'Another program is using the camera. Close it and try again.',
    unable: 'This browser cannot reach a camera. Use another browser, or your phone.',
    ended: 'The camera was cut off. Try again.',
    paused: 'Paused. We go on when you come back to this page.',
    offline: 'You are offline. We go on as soon as the connection is back.',
    slow: 'The connection is slow. Please wait a little.',
    sending: 'The picture is being looked at.',
    too_large: 'This picture is too large. Send one of up to 4 megabytes.',
    failed: 'The picture could not be sent. Try again.',
    again: 'Try again',
  },

  say: {
    look_straight: 'Look straight at the camera',
    turn_left: 'Slowly turn your head to the left',
    turn_right: 'Slowly turn your head to the right',
    come_closer: 'Come a little closer',
    go_back: 'Go back a little',
    hold_still: 'Stay like that',
    no_face: 'Bring your face into the oval',
    several_faces: 'Be alone in front of the camera',
    too_dark: 'It is dark; face the light',
    too_far: 'Come a little closer',
    too_near: 'Too near; go back a little',
    off_centre: 'Bring your face to the middle of the oval',
    blurred: 'The picture is blurred; hold the phone still',
    busy: 'We are busy; please wait a moment',
    done: 'Done, thank you',
  },
  gentleSay: {
    turn_left: 'Slowly move the phone to your right',
    turn_right: 'Slowly move the phone to your left',
    come_closer: 'Bring the phone a little closer',
    go_back: 'Move the phone away a little',
    look_straight: 'Hold the phone in front of your face',
  },
  cardSay: {
    unreadable: 'This file cannot be read; give another picture',
    not_found: 'Bring the whole card into the frame',
    too_far: 'Bring the card closer',
    tilted: 'Hold the camera straight above the card',
    blurred: 'The picture is blurred; hold still a moment',
    glare: 'Light shines on the card; tilt it a little',
    too_dark: 'It is dark; go to a brighter place',
    covered: 'A finger or something else covers the card',
    number_unread: 'The national ID on the card was not read',
    number_other: 'This card is not yours',
    portrait_missing: 'No portrait was seen; show the portrait side',
    portrait_poor: 'The portrait is not clear; come closer',
    expired: 'This card has expired',
    specimen: 'This is a specimen; show your own card',
    damaged: 'This card is damaged',
    card_held: 'The picture is taken, thank you',
    hold_still: 'Good; hold it like that',
    busy: 'We are busy; please wait a moment',
    done: 'The picture is taken, thank you',
  },

  againTitle: 'It did not work this time',
  triesLeft: (count) => `You can try ${count} more ${count === 1 ? 'time' : 'times'}.`,
  retry: 'Try again',
  again: {
    too_slow:
      'The time was over. Start again when you are ready, and make each movement as soon as you are told.',
    no_face: 'Your face was not seen. Keep it inside the oval from beginning to end.',
    several_faces:
      'More than one face was seen. Be where nobody stands behind you and no picture hangs on the wall.',
    too_dark: 'It was dark. Face a window or a lamp, and do not have it behind you.',
    blurred: 'The picture was blurred. Clean the lens, hold the phone still and move slowly.',
    frozen:
      'The camera’s picture did not move. Close other programs that use the camera, and be in front of it yourself.',
    out_of_order: 'The pictures did not arrive in order. Check your connection and try again.',
    not_turned:
      'No turn of the head was seen. Turn a little further and more slowly. If that is hard for you, choose “I cannot turn my head” on the next page.',
    flat: 'The camera saw something flat, like a photo or a screen. Be in front of the camera yourself.',
    changed_person:
      'The face changed on the way. Be alone in front of the camera from beginning to end.',
    presentation_attack:
      'The camera did not clearly see a living face. Get better light, and be in front of the camera yourself, with nothing in between.',
    match_unsure:
      'Your face and the portrait on the card were not clearly the same. Try with better light, facing straight, without glasses.',
    busy: 'We were busy, and this time was not counted. Try again in a moment.',
    unavailable:
      'Somebody whom we ask did not answer, and this time was not counted. Try again in a few minutes.',
  },
  cardAgain: {
    unreadable: 'This file cannot be read. Give a JPEG, PNG or WebP picture.',
    not_found:
      'No card was found in the picture. Show the whole card with its four corners, on something dark and flat.',
    too_far: 'The card was small in the picture. Hold the camera closer.',
    tilted: 'The card was seen at a slant. Hold the camera straight above it.',
    blurred: 'The picture was blurred. Clean the lens and hold the phone still.',
    glare: 'Light shone on the card. Tilt it a little, or move it out from under the lamp.',
    too_dark: 'The picture was dark. Go to a brighter place.',
    covered: 'Something covered the card. Keep your fingers off the writing and the portrait.',
    number_unread:
      'The national ID on the card was not read. Take the picture from closer, with more light.',
    number_other:
      'The national ID on this card is not yours. Show your own card; nobody else’s is accepted.',
    portrait_missing: 'No portrait was seen. Show the side of the card that has your portrait.',
    portrait_poor: 'The portrait was not clear. Hold the camera closer, and still.',
    expired:
      'This card has expired. For a new one, go to the Civil Registry or a government service counter.',
    specimen: 'This card is a specimen and belongs to nobody. Show your own national card.',
    damaged:
      'This card is damaged and cannot be read. To replace it, go to the Civil Registry or a government service counter.',
  },

  stopReturn: 'Return to the service',
  stops: {
    no_card: {
      title: 'This level needs the smart national card',
      text: 'For now, this level works with Iran’s smart national card only. If you are a foreign national, ask the service how to do it in person.',
    },
    not_identified: {
      title: 'Your details have to be confirmed first',
      text: 'Your details have not been confirmed by the national registries. Go back to the service, sign in again, and enter your national ID and date of birth.',
    },
    too_many: {
      title: 'For your safety, we wait a little',
      text: 'You tried several times and it did not work. If it is urgent, ask the service how to do it in person.',
    },
    other_face: {
      title: 'The face and the card do not seem to be one person’s',
      text: 'If this account is yours, come again with your own card, in a bright place. If the portrait is old and no longer looks like you, ask the service how to do it in person.',
    },
    virtual_camera: {
      title: 'A real camera is needed',
      text: 'The picture comes from a program and not from this device’s camera. Switch the virtual camera off, or start again from the service and continue on your phone.',
    },
  },
  comeBack: (when) => `You can try again from ${when} (Tehran time).`,

  handOverTitle: 'Continue on your phone',
  handOverText: 'Scan this QR code with your phone’s camera and open its page.',
  handOverNumber: 'You should see this number on the phone:',
  handOverSvg: 'Code to continue on the phone',
  handOverLink: 'The address, to be typed into the phone’s browser:',
  handOverWait: 'When you are done on the phone, this page goes on by itself. Do not close it.',
  handOverOpened: 'It is open on the phone. Please finish it there.',
  handOverExpired: 'This code has expired. Get a new one.',
  handOverFresh: 'New code',
  handOverCheck: 'I am done on the phone',
  handOverHere: 'Continue here instead',

  phoneTitle: 'Do you see this number on the computer?',
  phoneText: (client) =>
    `“${client}” is open on your computer, and you want to confirm your face with this phone.`,
  phoneWarning:
    'If somebody sent you this code or link, or asked you for it on the telephone, do not continue.',
  phoneYes: 'Yes, it is this number',
  phoneNo: 'No, I did not ask for it',
  phoneEnds: {
    done: {
      title: 'Go back to the computer',
      text: 'You are done on the phone. The computer’s page goes on by itself; you can close this one.',
    },
    stopped: {
      title: 'It was stopped on the phone',
      text: 'Nothing was confirmed. The computer says what to do; you can close this page.',
    },
    gone: {
      title: 'This code is no longer valid',
      text: 'Each code works once, for three minutes. Choose “New code” on the computer and scan again.',
    },
  },
}

export const faceErrorsEn: typeof faceErrorsFa = {
  face_lost: 'Much time has passed and the pictures were wiped. Please start again.',
  card_missing: 'No picture arrived. Choose a picture of the card’s front, or take one.',
  picture_too_large: 'This picture is larger than 4 megabytes. Send a smaller one.',
  hand_over_too_many:
    'Several codes were made and none was used. Continue here, or try again in half an hour.',
  hand_over_ended: 'It was not finished on the phone. Continue here, or try with the phone again.',
}
